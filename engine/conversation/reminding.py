"""Reminders and messages of the association: asking for them, choosing which and when, stopping all of them."""

from engine.campaigns.hours import SLOTS
from engine.conversation.asking import CHOSEN
from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Button, Screen
from engine.state import REMINDER_KINDS, REMINDER_SLOTS, ReminderKind, ReminderSlot

ON, OFF = "on", "off"


def gets_reminders(scene: Scene) -> bool:
    """Whether any reminder is wanted."""
    return scene.account.reminders == "wanted" and bool(scene.account.reminder_kinds)


def remind_button(scene: Scene) -> Button:
    """For any screen: asks for reminders; who gets them already changes them."""
    if gets_reminders(scene):
        return scene.button("remind.change", "reminders")
    return scene.button("remind", "remind")


def chosen_kinds(scene: Scene) -> str:
    """What somebody is reminded of, in one line."""
    return ", ".join(_kind_name(scene, kind).lower() for kind in scene.account.reminder_kinds)


def slot_name(scene: Scene, slot: ReminderSlot) -> str:
    """A part of the day and when it begins, as it stands on its button."""
    begins = SLOTS[slot]
    clock = {"hour": begins.hour if begins.hour <= 12 else begins.hour - 12, "minute": f"{begins.minute:02}"}
    say = scene.say
    return {
        "morning": say.plain("reminder_slot.morning", **clock),
        "noon": say.plain("reminder_slot.noon", **clock),
        "evening": say.plain("reminder_slot.evening", **clock),
    }[slot]


def _kind_name(scene: Scene, kind: ReminderKind) -> str:
    say = scene.say
    return {
        "unfinished": say.plain("reminder_kind.unfinished"),
        "observances": say.plain("reminder_kind.observances"),
        "new_round": say.plain("reminder_kind.new_round"),
    }[kind]


def remind_me(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Reminders are wanted, with one tap."""
    return _wanting(scene).step_aside("reminded") if scene.account.has_consented else scene.go_home()


def show_reminders(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """Reminders are wanted: to the choice of which and when."""
    return _wanting(scene).step_aside("reminders") if scene.account.has_consented else scene.go_home()


def _wanting(scene: Scene) -> Scene:
    """What was chosen before holds again; where nothing was left of it, all of them."""
    if gets_reminders(scene):
        return scene
    kinds = scene.account.reminder_kinds or REMINDER_KINDS
    return scene.with_account(reminders="wanted", reminder_kinds=kinds).telling("reminders_wanted")


def draw_reminded(scene: Scene) -> Screen:
    """Confirmed: what will come, when and how often, and how to stop."""
    kinds, slot = chosen_kinds(scene), slot_name(scene, scene.account.reminder_slot).lower()
    return scene.screen(
        scene.say("reminded", kinds=kinds, slot=slot, count=scene.handbook.rules.calm.a_week),
        (scene.button("back", "back", "main"),),
        (scene.button("reminded.choose", "reminders"), scene.button("help.stop", "stop")),
    )


def draw_reminders(scene: Scene) -> Screen:
    """The kinds of reminders, each on or off, and the parts of the day. With no kind left there are none."""
    key = "reminders" if scene.account.reminder_kinds else "reminders.none"
    return scene.screen(
        scene.say(key, count=scene.handbook.rules.calm.a_week),
        *((_kind_button(scene, kind),) for kind in REMINDER_KINDS),
        tuple(_slot_button(scene, slot) for slot in REMINDER_SLOTS),
        (scene.button("question.done", "back", "main"), scene.button("help.stop", "stop")),
    )


def _kind_button(scene: Scene, kind: ReminderKind) -> Button:
    """Says what it will be, not "the other way round": so pressed twice it does the same."""
    is_on = kind in scene.account.reminder_kinds
    label = (CHOSEN if is_on else "") + _kind_name(scene, kind)
    return Button(label, f"reminder_kind:{kind}:{OFF if is_on else ON}", "choice")


def _slot_button(scene: Scene, slot: ReminderSlot) -> Button:
    label = (CHOSEN if slot == scene.account.reminder_slot else "") + slot_name(scene, slot)
    return Button(label, f"reminder_slot:{slot}", "choice")


def choose_kind(scene: Scene, parts: tuple[str, ...]) -> Scene:
    """One kind more, or one less."""
    kind, switch = parts
    others = {each for each in scene.account.reminder_kinds if each != kind}
    chosen = others | {kind} if switch == ON else others
    return scene.with_account(reminder_kinds=tuple(each for each in REMINDER_KINDS if each in chosen))


def choose_slot(scene: Scene, slot: tuple[str, ...]) -> Scene:
    """Reminders come in this part of the day."""
    return scene.with_account(reminder_slot=slot[0])


def stop_messages(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """No reminders, no campaigns, from now on. Of who never agreed to anything nothing is kept, not even this."""
    has_ever_consented = scene.account.consent_version is not None
    changed = scene.with_account(reminders="stopped") if has_ever_consented else scene
    return changed.step_aside("stopped").telling("messages_stopped")


def draw_stopped(scene: Scene) -> Screen:
    """Confirmed, and how to change one's mind."""
    return scene.screen(scene.say("stopped"), (scene.button("back", "back", "main"),))


DRAWS: dict[str, Draw] = {"reminded": draw_reminded, "reminders": draw_reminders, "stopped": draw_stopped}
ACTS: dict[str, Act] = {
    "remind": remind_me,
    "reminders": show_reminders,
    "reminder_kind": choose_kind,
    "reminder_slot": choose_slot,
    "stop": stop_messages,
}
