"""After the last question: sex and age band (each may be left out), a look over the answers, the finish."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from engine.conversation.asking import answer_line
from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Button, Screen
from engine.scoring import score
from engine.state import AGE_BANDS, SEXES, AgeBand, Sex, round_of


def sex_name(scene: Scene, sex: Sex) -> str:
    """As it stands on its button."""
    say = scene.say
    return {
        "female": say.plain("sex.female"),
        "male": say.plain("sex.male"),
        "undisclosed": say.plain("undisclosed"),
    }[sex]


def age_name(scene: Scene, age: AgeBand) -> str:
    """As it stands on its button."""
    if age == "undisclosed":
        return scene.say.plain("undisclosed")
    if age == "60+":
        return scene.say.plain("age.from_60")
    first, last = age.split("-")
    return scene.say.plain("age.band", first=first, last=last)


def draw_sex(scene: Scene) -> Screen:
    """For the common counts only; leaving it out is one of the answers."""
    rows = [(Button(sex_name(scene, sex), f"sex:{sex}", "choice"),) for sex in SEXES]
    return scene.screen(scene.say("sex"), *rows, (scene.button("question.back", "last"),))


def keep_sex(scene: Scene, sex: tuple[str, ...]) -> Scene:
    """Keeps it and goes on."""
    value = next(value for value in get_args(Sex) if value == sex[0])
    return scene.with_session(replace(scene.session, sex=value)).go_on()


def back_to_last_question(scene: Scene, _: tuple[str, ...]) -> Scene:
    """From the sex question back to the last question of the form."""
    last = scene.questionnaire.asked(scene.session.answers)[-1]
    return scene.with_session(replace(scene.session, position=last.id)).go("question")


def back_to_sex(scene: Scene, _: tuple[str, ...]) -> Scene:
    """From the age question back to the one before it."""
    return scene.go("sex")


def draw_age(scene: Scene) -> Screen:
    """Age in bands; under 15 is offered too, so that nobody has to pretend."""
    bands = [Button(age_name(scene, age), f"age:{age}", "choice") for age in AGE_BANDS]
    under = Button(scene.say.plain("age.under_15"), "under_15", "choice")
    pairs = [(under, bands[0]), (bands[1], bands[2]), (bands[3], bands[4]), (bands[5],)]
    return scene.screen(scene.say("age"), *pairs, (scene.button("question.back", "sex_again"),))


def keep_age(scene: Scene, age: tuple[str, ...]) -> Scene:
    """Keeps it and goes on to the review."""
    value = next(value for value in get_args(AgeBand) if value == age[0])
    return scene.with_session(replace(scene.session, age=value)).go_on()


def turn_away(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Under 15: nothing of this person is kept. If it is the account's own person, neither is the account's."""
    person = scene.account.person
    kept = scene.without_session(person, finished=False).without_session(person, finished=True)
    kept = kept.with_account(finished_people=scene.account.finished_people & ~(1 << person))
    if person == 0 and not kept.state.sessions:
        kept = replace(kept, state=replace(kept.state, account=scene.account.bare()))
    return kept.go("too_young").telling("person_too_young")


def draw_too_young(scene: Scene) -> Screen:
    """A kind word, and where to learn."""
    key = "declined.begin" if not scene.account.has_consented else "family.other"
    action = "begin" if not scene.account.has_consented else "family"
    return scene.screen(scene.say("too_young"), (scene.button(key, action),))


def draw_review(scene: Scene) -> Screen:
    """The answers of one competency, each with the number of the button that changes it."""
    competencies = scene.handbook.criteria.competencies
    page = min(int(scene.place.about[0]) if scene.place.about else 0, len(competencies) - 1)
    numbers = {indicator.number for indicator in competencies[page].indicators}
    counted = scene.questionnaire.counted(scene.session.answers)
    here = [(place, each) for place, each in enumerate(counted, start=1) if each.indicator in numbers]
    title = scene.say.content(competencies[page].short)
    html = scene.say("review", title=title, page=page + 1, pages=len(competencies))
    for place, question in here:
        html += "\n" + answer_line(scene, place, question, scene.session.answers[question.id])
    changes = [Button(str(place), f"change:{question.id}", "choice") for place, question in here]
    ways = []
    if page:
        ways.append(scene.button("page.before", f"review:{page - 1}"))
    if page + 1 < len(competencies):
        ways.append(scene.button("page.next", f"review:{page + 1}"))
    ways.append(scene.button("pause", "pause"))
    finish = (scene.button("review.finish", "finish", "main"),)
    return scene.screen(html, *_in_rows_of(4, changes), finish, tuple(ways), reads_numbers=False)


def _in_rows_of(width: int, buttons: list[Button]) -> Sequence[tuple[Button, ...]]:
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def turn_review_page(scene: Scene, page: tuple[str, ...]) -> Scene:
    """The answers of another competency."""
    return scene.go("review", page[0])


def change_answer(scene: Scene, question_id: tuple[str, ...]) -> Scene:
    """Back to one question; after its answer the review comes again."""
    return scene.with_session(replace(scene.session, position=question_id[0])).go("question")


def finish(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Counts the points. The result before this one, if there was one, is replaced."""
    session = scene.session
    finished = replace(
        session,
        finished_at=scene.now,
        round=round_of(scene.now),
        scores=score(scene.handbook.criteria, scene.questionnaire, session.answers),
    )
    done = scene.without_session(session.person, finished=False).with_session(finished)
    account = done.account.finishing(finished.person, finished.round)
    counted = replace(done, state=replace(done.state, account=account))
    return counted.telling("session_finished").go("result")


DRAWS: dict[str, Draw] = {
    "sex": draw_sex,
    "age": draw_age,
    "too_young": draw_too_young,
    "review": draw_review,
}
ACTS: dict[str, Act] = {
    "sex": keep_sex,
    "last": back_to_last_question,
    "age": keep_age,
    "sex_again": back_to_sex,
    "under_15": turn_away,
    "review": turn_review_page,
    "change": change_answer,
    "finish": finish,
}
