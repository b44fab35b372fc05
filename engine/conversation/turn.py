"""One turn: what a person did → what is remembered now, what happened, what they see.

The same state and the same incoming give the same turn. A press counts only if the present screen has that
button, or the one that it leads back to; so an old or doubled press redraws the screen and changes nothing. Only
the buttons under messages that arrived on their own count at every place.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.conversation import (
    arranging,
    asking,
    campaigning,
    choosing_audience,
    common_counts,
    composing,
    family,
    finishing,
    following,
    held,
    into_console,
    messages_received,
    outcome,
    reminding,
    rights,
    sitting,
    welcome,
    where,
)
from engine.conversation.asking import CHOSEN
from engine.conversation.composing import html_of
from engine.conversation.desk import Desk
from engine.conversation.messages_received import is_under_message
from engine.conversation.scene import ASIDES, OF_OFFICERS, Act, Draw, Read, Scene
from engine.conversation.understand import find_button, find_button_loosely, find_command
from engine.handbook import Handbook
from engine.messages import Button, Incoming, Screen
from engine.state import Place, State, day_of
from engine.text import normalise

_SUBJECTS = (
    welcome,
    where,
    sitting,
    asking,
    finishing,
    outcome,
    family,
    held,
    rights,
    reminding,
    common_counts,
    into_console,
    messages_received,
    campaigning,
    composing,
    arranging,
    choosing_audience,
    following,
)

DRAWS: dict[str, Draw] = {place: draw for subject in _SUBJECTS for place, draw in subject.DRAWS.items()}
ACTS: dict[str, Act] = {verb: act for subject in _SUBJECTS for verb, act in subject.ACTS.items()}
READS: dict[str, Read] = {
    place: read
    for subject in (where, asking, composing, arranging, choosing_audience)
    for place, read in subject.READS.items()
}

ALWAYS_OFFERED = frozenset({"help", "language"})
"""Actions that a channel may offer beside every screen, as the web page does in its head."""
FORGETTING = frozenset({"account_erased", "consent_declined", "person_too_young", "session_discarded"})
"""Events after which something that was held must be gone for good."""

INVITATION = "inv_"
"""What the payload of a link begins with that makes somebody a member of staff."""

KEPT = frozenset({"result", "print", "statistics", "statistics_file"})
"""Places whose screens are not replaced by the next one: they have files."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one incoming. `state` is None when everything was erased."""

    state: State | None
    events: tuple[str, ...]
    screens: tuple[Screen, ...]


def advance(handbook: Handbook, state: State, incoming: Incoming, now: datetime, desk: Desk | None = None) -> Turn:
    """Carries the conversation one turn on. Never raises for anything a person can send. Officers have a `desk`.

    What is delivered twice shows the present screen again, for its answer may have been lost; what is delivered
    too late shows nothing.
    """
    update, today = incoming.update, day_of(now)
    if update is not None and state.account.is_too_late(update, today):
        return Turn(state, ("update_outdated",), ())
    scene = settle(handbook, state, now, desk)
    if update is not None and update == state.account.last_update:
        again = replace(draw(scene), replaces=_is_of_a_screen(incoming))
        return Turn(state, ("update_repeated",), (again,))
    if incoming.answers_turn is not None and incoming.answers_turn != state.account.turn:
        return Turn(state, ("press_repeated",), (draw(scene),))
    before = scene.place.name
    if incoming.action is not None:
        scene = press(scene, incoming.action)
    else:
        if desk:
            scene = replace(scene, typed_html=html_of(incoming), picture=incoming.picture)
        scene = hear(scene, normalise(incoming.text or ""))
    # A screen with a file stays, so that the file can be found again.
    is_editable = _is_of_a_screen(incoming) and before not in KEPT and not scene.above
    screen = draw(scene)
    if screen.replaces != is_editable:
        screen = replace(screen, replaces=is_editable)
    if scene.is_erased:
        return Turn(None, scene.events, (screen,))
    account = replace(
        scene.account, turn=scene.account.turn + 1, seen_on=today, last_update=update, unreachable=None
    )
    return Turn(replace(scene.state, account=account), scene.events, (*scene.above, screen))


def _is_of_a_screen(incoming: Incoming) -> bool:
    """Whether a screen was pressed, so that the next one can take its place.

    Words that someone typed stand below the last screen, so the next one must come below them. What arrived on its
    own stays, to be read again.
    """
    return incoming.action is not None and not is_under_message(incoming.action)


def look(handbook: Handbook, state: State, now: datetime, desk: Desk | None = None) -> Screen:
    """The present screen, with nothing changed."""
    return draw(settle(handbook, state, now, desk))


def settle(handbook: Handbook, state: State, now: datetime, desk: Desk | None = None) -> Scene:
    """The scene as it can be shown: a place or session that the content no longer knows is left behind."""
    scene = Scene(handbook, state, handbook.speak(state.account.language), now, desk=desk)
    if (session := scene.open_session) and handbook.questionnaire(session.form, session.version) is None:
        gone = scene.without_session(session.person, finished=False).go_home()
        return gone.noting(scene.say("form.changed"))
    return scene if scene.may_be_at(scene.place.name) and scene.place.name in DRAWS else scene.go_home()


def press(scene: Scene, action: str) -> Scene:
    """A button: its act, if the present screen has it, or the one that it leads back to."""
    verb, *parts = action.split(":")
    if action in ALWAYS_OFFERED or is_under_message(action) or _has_button(scene, action):
        return ACTS[verb](scene, tuple(parts))
    # A question that was open when a message arrived still stands above it, with its buttons.
    if scene.place.name in ASIDES and _has_button(behind := scene.step_back(), action):
        return ACTS[verb](behind, tuple(parts))
    if scene.place.name in OF_OFFICERS:  # another officer may have been faster
        scene = scene.noting(scene.say("desk.changed"))
    return scene.telling("press_outdated")


def _has_button(scene: Scene, action: str) -> bool:
    return any(button.action == action for row in draw(scene).buttons for button in row)


def hear(scene: Scene, typed: str) -> Scene:
    """Typed words: a command, a button by its words or number, what the place reads, or a hint."""
    if typed.startswith("/"):
        return _command(scene, typed)
    present = draw(scene)
    if button := find_button(present, typed):
        return _say_what_was_kept(press(scene, button.action), button)
    read = READS.get(scene.place.name)
    if read and (moved := read(scene, typed)):
        return moved
    if button := find_button_loosely(present, scene.say, typed):
        return _say_what_was_kept(press(scene, button.action), button)
    if command := find_command(scene.say, typed):
        return COMMANDS[command](scene, "")
    if not scene.account.turn:
        return scene  # whatever someone says first, they get the greeting
    return _not_understood(scene, present)


def _say_what_was_kept(scene: Scene, button: Button) -> Scene:
    """Words can be misread ("1" for "1–2 days"), so the person sees what a typed answer was taken for."""
    if "answer_given" not in scene.events:
        return scene
    return scene.noting(scene.say("answer.kept", answer=button.label.removeprefix(CHOSEN)))


def _not_understood(scene: Scene, present: Screen) -> Scene:
    choices = sum(button.kind == "choice" for button in present.flat_buttons)
    if present.reads_numbers and choices:
        note = scene.say("not_understood.choices", count=choices)
    else:
        note = scene.say("not_understood")
    return scene.noting(note).telling("answer_not_understood")


def draw(scene: Scene) -> Screen:
    """The screen of the present place, with the note above it."""
    screen = DRAWS[scene.place.name](scene)
    return replace(screen, html=scene.note + "\n\n" + screen.html) if scene.note else screen


def _command(scene: Scene, typed: str) -> Scene:
    word, _, payload = typed[1:].partition(" ")
    command = COMMANDS.get(word.partition("@")[0].lower(), _unknown)
    return command(scene, payload.strip())


def _unknown(scene: Scene, _: str) -> Scene:
    return scene.noting(scene.say("command_unknown")).telling("answer_not_understood")


def _start(scene: Scene, payload: str) -> Scene:
    """/start, or /start c03646 from a link: the greeting, or a welcome back."""
    if payload.startswith(INVITATION):
        return scene.noting(scene.say("invitation.invalid"))  # a valid one was taken before it came here
    code = payload.removeprefix("c")
    link = (code,) if code in scene.handbook.province.by_code else ()
    if not scene.account.has_consented:
        return scene.with_account(place=Place("greeting", link))
    if scene.commune is None and link:
        scene = scene.with_account(commune=code)
    if scene.open_session and scene.open_session.answers and scene.commune:
        return scene.go("resume")
    return scene.go_home()


def _commune(scene: Scene, _: str) -> Scene:
    return scene.go("commune") if scene.account.has_consented else scene.go_home()


def _plainly(act: Callable[[Scene], Scene]) -> Callable[[Scene, str], Scene]:
    return lambda scene, _payload: act(scene)


def _of_staff(command: Callable[[Scene, str], Scene]) -> Callable[[Scene, str], Scene]:
    """For everybody else there is no such command."""
    return lambda scene, payload: command(scene, payload) if scene.state.staff else _unknown(scene, payload)


def _of_officers(command: Callable[[Scene, str], Scene]) -> Callable[[Scene, str], Scene]:
    """For everybody else, other staff included, there is no such command."""
    return lambda scene, payload: command(scene, payload) if scene.desk else _unknown(scene, payload)


COMMANDS: dict[str, Callable[[Scene, str], Scene]] = {
    "start": _start,
    "help": _plainly(rights.show_help),
    "language": _plainly(rights.show_language),
    "commune": _commune,
    "result": _plainly(outcome.show_result),
    "mycommune": _plainly(common_counts.show_my_commune),
    "statistics": _plainly(common_counts.show_statistics),
    "again": _plainly(outcome.assess_again),
    "family": _plainly(family.show_family),
    "mydata": _plainly(held.show_my_data),
    "erase": _plainly(rights.ask_erase),
    "stop": _plainly(reminding.stop_messages),
    "remindme": _plainly(reminding.show_reminders),
    "console": _of_staff(_plainly(into_console.ask_for_console)),
    "campaign": _of_officers(_plainly(campaigning.show_campaigns)),
    "theme": _of_officers(campaigning.set_theme),
}
