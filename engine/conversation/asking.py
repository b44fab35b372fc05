"""The questions: answering, by a press or by words, going back, looking at an example, listening."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from markupsafe import Markup

from engine.conversation.scene import Act, Draw, Read, Scene, label_button
from engine.messages import Attachment, Button, Screen
from engine.question_types import toggle, type_of
from engine.questionnaire import Answer, Question
from engine.texts import Texts
from engine.voices import Voices

CHOSEN = "✓ "
"""Before the label of an option that was chosen already."""

VOICES_IN_A_ROW = 3
VOICE = "voice"
"""In `Place.about`, before the language in which somebody has asked to hear the question."""

SECONDS_PER_QUESTION = 12
"""For "about 3 minutes left": 20 questions in the 4 minutes that the greeting promises."""

MOST_REMEMBERED = 1024
"""Screens of questions that are kept once they are drawn, some 3 MB: they are the same for everybody."""


def draw_question(scene: Scene) -> Screen:
    """One question: where one is, what is asked, the options, the way back and out."""
    question, person = scene.question, scene.account.person
    who = scene.person_name(person) if person else ""
    answer = scene.session.answers.get(question.id)
    return _draw(scene.say, scene.handbook.voices, question, answer, how_far(scene), who, scene.place.about)


@lru_cache(maxsize=MOST_REMEMBERED)
def _draw(
    say: Texts,
    voices: Voices,
    question: Question,
    answer: Answer | None,
    progress: tuple[int, int],
    who: str,
    about: tuple[str, ...],
) -> Screen:
    """By all that such a screen depends on. `who` is empty for the account's own person."""
    number, total = progress
    kind = type_of(question)
    minutes = -(-(total - number + 1) * SECONDS_PER_QUESTION // 60)
    html = say("question.head", number=number, total=total) + " · " + say("question.left", count=minutes)
    if who:
        html = say("question.who", who=who) + " · " + html
    html += Markup("\n\n<b>%s</b>") % say.content(question.text)
    if question.hint:
        html += Markup("\n<i>%s</i>") % say.content(question.hint)
    if "example" in about:
        html += "\n\n" + say("question.example", example=say.content(question.evidence))
    if kind.takes_number:
        html += "\n" + say("question.number", least=question.minimum, most=question.maximum)
    ways = [label_button(say, "question.back", f"b:{question.id}")]
    if question.evidence and "example" not in about:
        ways.append(label_button(say, "question.show_example", f"e:{question.id}"))
    ways.append(label_button(say, "pause", "pause"))
    return Screen(
        id="question",
        language=say.language,
        html=html,
        buttons=(*_answer_rows(say, question, answer), *_voice_rows(say, voices, question), tuple(ways)),
        voice=_voice(say, voices, question, about),
        progress=progress,
        reads_numbers=not (kind.takes_number or kind.takes_several),
    )


def how_far(scene: Scene) -> tuple[int, int]:
    """The number of the present question and of how many; a page to read has that of the question after it."""
    session = scene.session
    asked = scene.questionnaire.asked(session.answers)
    total = sum(each.type != "page" for each in asked)
    before = takewhile(lambda each: each.id != session.position, asked)
    return min(sum(each.type != "page" for each in before) + 1, total), total


def _answer_rows(say: Texts, question: Question, answer: Answer | None) -> Sequence[tuple[Button, ...]]:
    kind = type_of(question)
    chosen = answer if isinstance(answer, tuple) else (answer,)
    if question.type == "page":
        return [(label_button(say, "go_on", f"a:{question.id}:1", "main"),)]
    if kind.takes_number:
        keep = label_button(say, "question.keep", f"a:{question.id}:{answer}", "main")
        return [] if answer is None else [(replace(keep, label=f"{CHOSEN}{answer} · {keep.label}"),)]
    verb = "t" if kind.takes_several else "a"
    rows = [
        (
            Button(
                (CHOSEN if place in chosen else "") + say.content(option.label),
                f"{verb}:{question.id}:{place}",
                "choice",
            ),
        )
        for place, option in enumerate(question.options, start=1)
    ]
    if kind.takes_several and answer:
        rows.append((label_button(say, "question.done", f"d:{question.id}", "main"),))
    return rows


def _voice_rows(say: Texts, voices: Voices, question: Question) -> Sequence[tuple[Button, ...]]:
    """A button for each language in which the question was recorded; "listen" if that is only the reader's."""
    spoken = list(voices.of(question))
    buttons = [
        Button(say.plain("question.listen_in", language=voices.languages[each]), f"v:{question.id}:{each}")
        for each in spoken
    ]
    if spoken == [say.language]:
        buttons = [label_button(say, "question.listen", f"v:{question.id}:{spoken[0]}")]
    return [tuple(buttons[at : at + VOICES_IN_A_ROW]) for at in range(0, len(buttons), VOICES_IN_A_ROW)]


def _voice(say: Texts, voices: Voices, question: Question, about: tuple[str, ...]) -> Attachment | None:
    """The recording that was asked for, unless it was removed since."""
    *_, asked, language = ("", "", *about)
    number = voices.of(question).get(language) if asked == VOICE else None
    if number is None:
        return None
    name = voices.languages[language]
    return Attachment("question_voice", number, say.plain("question.voice", language=name))


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
ACTS: dict[str, Act] = {
    "a": answer_question,
    "t": toggle_option,
    "d": finish_toggling,
    "b": go_back,
    "e": show_example,
    "v": play_voice,
}
READS: dict[str, Read] = {"question": read_answer}
