"""Everything that is held about a chat, readable: what was chosen, every answer, and all of it as a file."""

from markupsafe import Markup, escape

from engine.conversation.asking import answer_line
from engine.conversation.finishing import age_name, sex_name
from engine.conversation.reminding import chosen_kinds, gets_reminders, slot_name
from engine.conversation.scene import Act, Draw, Scene, needed
from engine.messages import Attachment, Button, Screen
from engine.state import Session, day_of


def show_my_data(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """To everything that is held."""
    return scene.step_aside("my_data")


def draw_my_data(scene: Scene) -> Screen:
    """Everything held about this chat, readable here and whole in a file."""
    account, say = scene.account, scene.say
    back = scene.button("back", "back", "main")
    if not account.has_consented:
        return scene.screen(say("my_data.nothing"), (back,))
    lines = [
        say("my_data"),
        say("my_data.consent", day=say.date(day_of(needed(account.consented_at)))),
        say("my_data.seen", day=say.date(account.seen_on or day_of(scene.now))),
        say("my_data.commune", commune=scene.commune.name if scene.commune else "–"),
        say("my_data.language", language=say.name),
        _reminders(scene),
    ]
    for (person, is_finished), session in sorted(scene.state.sessions.items()):
        who = scene.person_name(person)
        if is_finished:
            total = sum(needed(session.scores))
            lines.append(say("my_data.finished", who=who, round=session.round, total=total))
        else:
            lines.append(say("my_data.open", who=who, answered=len(session.answers)))
    if account.last_round is not None and account.who_finished:
        people = ", ".join(scene.person_name(person) for person in account.who_finished)
        lines.append(say("my_data.counted", round=account.last_round, people=people))
    document = Attachment("my_data", account.person, say.plain("my_data.document"))
    answers = [(_answers_button(scene, session),) for _, session in sorted(scene.state.sessions.items())]
    ways = (scene.button("my_data.erase", "erase"),)
    return scene.screen(Markup("\n").join(lines), (back,), *answers, ways, document=document)


def _answers_button(scene: Scene, session: Session) -> Button:
    key = "my_answers.finished" if session.is_finished else "my_answers.open"
    label = scene.say.plain(key, who=scene.person_name(session.person))
    return Button(label, f"answers:{session.person}:{int(session.is_finished)}")


def show_answers(scene: Scene, which: tuple[str, ...]) -> Scene:
    """To the answers of one assessment; what my data was opened from is kept for the way back."""
    return scene.go("my_answers", *which, *scene.place.about)


def draw_answers(scene: Scene) -> Screen:
    """Every answer of one assessment, and the sex and age band that were given."""
    person, is_finished = int(scene.place.about[0]), scene.place.about[1] == "1"
    session = scene.state.sessions.get((person, is_finished))
    lines = [scene.say("my_answers", who=scene.person_name(person))]
    if session:
        questionnaire = scene.handbook.questionnaire(session.form, session.version)
        for place, question in enumerate(questionnaire.counted(session.answers) if questionnaire else (), start=1):
            if question.id in session.answers:
                lines.append(answer_line(scene, place, question, session.answers[question.id]))
        lines += [escape(sex_name(scene, session.sex))] if session.sex else []
        lines += [escape(age_name(scene, session.age))] if session.age else []
    return scene.screen(Markup("\n").join(lines), (scene.button("back", "my_data_again", "main"),))


def back_to_my_data(scene: Scene, _: tuple[str, ...]) -> Scene:
    """From the answers back to my data."""
    return scene.go("my_data", *scene.place.about[2:])


def _reminders(scene: Scene) -> Markup:
    if gets_reminders(scene):
        slot = slot_name(scene, scene.account.reminder_slot).lower()
        return scene.say("my_data.reminders_wanted", kinds=chosen_kinds(scene), slot=slot)
    if scene.account.reminders == "stopped":
        return scene.say("my_data.reminders_stopped")
    return scene.say("my_data.reminders_not_asked")


DRAWS: dict[str, Draw] = {"my_data": draw_my_data, "my_answers": draw_answers}
ACTS: dict[str, Act] = {"my_data": show_my_data, "answers": show_answers, "my_data_again": back_to_my_data}
