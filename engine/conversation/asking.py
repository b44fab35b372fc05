"""The questions: answering, by a press or by words, going back, looking at an example, listening."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from markupsafe import Markup

from engine.conversation.scene import Act, Draw, Offer, Read, Scene
from engine.messages import Attachment, Button, Screen
from engine.question_types import toggle, type_of
from engine.questionnaire import Answer, Question

CHOSEN = "✓ "
"""Before the label of an option that was chosen already."""

VOICES_IN_A_ROW = 3
VOICE = "voice"
"""In `Place.about`, before the language in which somebody has asked to hear the question."""

SECONDS_PER_QUESTION = 12
"""For "about 3 minutes left": 20 questions in the 4 minutes that the greeting promises."""


def draw_question(scene: Scene) -> Screen:
    """One question: where one is, what is asked, the options, the way back and out."""
    question, say = scene.question, scene.say
    number, total = how_far(scene)
    minutes = -(-(total - number + 1) * SECONDS_PER_QUESTION // 60)
    html = say("question.head", number=number, total=total) + " · " + say("question.left", count=minutes)
    if scene.account.person:
        html = say("question.who", who=scene.person_name(scene.account.person)) + " · " + html
    html += Markup("\n\n<b>%s</b>") % say.content(question.text)
    if question.hint:
        html += Markup("\n<i>%s</i>") % say.content(question.hint)
    if "example" in scene.place.about:
        html += "\n\n" + say("question.example", example=say.content(question.evidence))
    if type_of(question).takes_number:
        html += "\n" + say("question.number", least=question.minimum, most=question.maximum)
    kind = type_of(question)
    return scene.screen(
        html,
        *offer_answers(scene),
        voice=_voice(scene, question),
        progress=(number, total),
        reads_numbers=not (kind.takes_number or kind.takes_several),
    )


def offer_answers(scene: Scene) -> tuple[tuple[Button, ...], ...]:
    """The buttons of a question: its options, its recordings, the way back and out."""
    question = scene.question
    ways = [scene.button("question.back", f"b:{question.id}")]
    if question.evidence and "example" not in scene.place.about:
        ways.append(scene.button("question.show_example", f"e:{question.id}"))
    ways.append(scene.button("pause", "pause"))
    return (*_answer_rows(scene, question), *_voice_rows(scene, question), tuple(ways))


def how_far(scene: Scene) -> tuple[int, int]:
    """The number of the present question and of how many; a page to read has that of the question after it."""
    session = scene.session
    asked = scene.questionnaire.asked(session.answers)
    total = sum(each.type != "page" for each in asked)
    before = takewhile(lambda each: each.id != session.position, asked)
    return min(sum(each.type != "page" for each in before) + 1, total), total


def _answer_rows(scene: Scene, question: Question) -> Sequence[tuple[Button, ...]]:
    kind, answer = type_of(question), scene.session.answers.get(question.id)
    chosen = answer if isinstance(answer, tuple) else (answer,)
    if question.type == "page":
        return [(scene.button("go_on", f"a:{question.id}:1", "main"),)]
    if kind.takes_number:
        keep = scene.button("question.keep", f"a:{question.id}:{answer}", "main")
        return [] if answer is None else [(replace(keep, label=f"{CHOSEN}{answer} · {keep.label}"),)]
    verb = "t" if kind.takes_several else "a"
    rows = [
        (
            Button(
                (CHOSEN if place in chosen else "") + scene.say.content(option.label),
                f"{verb}:{question.id}:{place}",
                "choice",
            ),
        )
        for place, option in enumerate(question.options, start=1)
    ]
    if kind.takes_several and answer:
        rows.append((scene.button("question.done", f"d:{question.id}", "main"),))
    return rows


def _voice_rows(scene: Scene, question: Question) -> Sequence[tuple[Button, ...]]:
    """A button for each language in which the question was recorded; "listen" if that is only the reader's."""
    voices = scene.handbook.voices
    spoken = list(voices.of(question))
    buttons = [
        Button(scene.say.plain("question.listen_in", language=voices.languages[each]), f"v:{question.id}:{each}")
        for each in spoken
    ]
    if spoken == [scene.say.language]:
        buttons = [scene.button("question.listen", f"v:{question.id}:{spoken[0]}")]
    return [tuple(buttons[at : at + VOICES_IN_A_ROW]) for at in range(0, len(buttons), VOICES_IN_A_ROW)]


def _voice(scene: Scene, question: Question) -> Attachment | None:
    """The recording that was asked for, unless it was removed since."""
    *_, asked, language = ("", "", *scene.place.about)
    number = scene.handbook.voices.of(question).get(language) if asked == VOICE else None
    if number is None:
        return None
    name = scene.handbook.voices.languages[language]
    return Attachment("question_voice", number, scene.say.plain("question.voice", language=name))


def answer_line(scene: Scene, place: int, question: Question, answer: Answer) -> Markup:
    """A question and its answer in one line: "3. Tự học cách làm mới: **Đang học việc ấy**"."""
    said = type_of(question).say(question, answer)
    words = ", ".join(scene.say.content(part) if isinstance(part, str) else str(part) for part in said)
    return Markup("%s. %s: <b>%s</b>") % (place, scene.say.content(question.short), words)


def answer_question(scene: Scene, parts: tuple[str, ...]) -> Scene:
    """An option was pressed: keep it and go on to the next question that has no answer."""
    return keep_answer(scene, int(parts[1]))


def keep_answer(scene: Scene, answer: Answer) -> Scene:
    """Keeps the answer to the present question and moves on. An answer that no longer applies is let go."""
    session, question = scene.session, scene.question
    answers = {**session.answers, question.id: answer}
    asked = {each.id for each in scene.questionnaire.asked(answers)}
    answers = {question_id: kept for question_id, kept in answers.items() if question_id in asked}
    following = scene.questionnaire.first_unanswered(answers)
    position = following.id if following else session.position
    moved = scene.with_session(replace(session, answers=answers, position=position))
    return moved.telling("answer_given").go_on()


def toggle_option(scene: Scene, parts: tuple[str, ...]) -> Scene:
    """Multiple choice: one more, or one less."""
    session, question_id = scene.session, scene.question.id
    chosen = toggle(session.answers.get(question_id), int(parts[1]))
    answers = {**session.answers, question_id: chosen}
    if not chosen:
        del answers[question_id]
    return scene.with_session(replace(session, answers=answers)).go("question")


def finish_toggling(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Multiple choice: that is all."""
    return keep_answer(scene, scene.session.answers[scene.question.id])


def read_answer(scene: Scene, typed: str) -> Scene | None:
    """A typed number or list of numbers, where the question takes one."""
    answer = type_of(scene.question).read(scene.question, typed)
    return None if answer is None else keep_answer(scene, answer)


def go_back(scene: Scene, _: tuple[str, ...]) -> Scene:
    """To the question before this one; from the first one to the choice of form, if nothing is lost by it."""
    session = scene.session
    asked = scene.questionnaire.asked(session.answers)
    place = asked.index(scene.question)
    if place:
        return scene.with_session(replace(session, position=asked[place - 1].id)).go("question")
    if not session.answers:
        return scene.without_session(session.person, finished=False).go("form")
    return scene.go("paused")


def show_example(scene: Scene, _: tuple[str, ...]) -> Scene:
    """What counts, in one or two sentences, on the same screen."""
    return scene.go("question", "example")


def play_voice(scene: Scene, parts: tuple[str, ...]) -> Scene:
    """The same screen with the recording in this language."""
    example = ("example",) if "example" in scene.place.about else ()
    return scene.go("question", *example, VOICE, parts[1])


DRAWS: dict[str, Draw] = {"question": draw_question}
OFFERS: dict[str, Offer] = {"question": offer_answers}
ACTS: dict[str, Act] = {
    "a": answer_question,
    "t": toggle_option,
    "d": finish_toggling,
    "b": go_back,
    "e": show_example,
    "v": play_voice,
}
READS: dict[str, Read] = {"question": read_answer}
