"""After the finish: the result, its details, what to learn next, the form to print."""

from markupsafe import Markup, escape

from engine.conversation.reminding import remind_button
from engine.conversation.scene import Act, Draw, Scene, needed
from engine.messages import Attachment, Screen
from engine.questionnaire import Indicator
from engine.scoring import Outcome

MOST_NAMED = 3
"""More indicators than these that are too low are counted, not named."""


def draw_result(scene: Scene) -> Screen:
    """The total, the rule of the commune, whether it is met, the weakest indicators; never called the title."""
    session, say, commune = needed(scene.finished_session), scene.say, needed(scene.commune)
    outcome = scene.outcome(session)
    head = say(
        "result.head",
        who=scene.person_name(session.person),
        total=outcome.total,
        most=scene.handbook.criteria.points_in_all,
    )
    rule = "result.rule_assumed" if commune.pass_mark_assumed else "result.rule"
    lines = [
        head,
        say(
            rule,
            commune=commune.name,
            mark=commune.pass_mark,
            minimum=scene.handbook.criteria.indicator_minimum,
        ),
        _verdict(scene, outcome),
    ]
    if outcome.total < scene.handbook.criteria.points_in_all:
        lines.append(say("result.weakest", indicators=_with_points(scene, outcome)))
    lines += [say("result.not_the_title"), say("result.stays")]
    questionnaire = scene.handbook.questionnaire(session.form, session.version)
    if questionnaire is None or not questionnaire.is_official_wording:
        lines.append(say("result.own_wording"))
    picture = Attachment("result_card", session.person, say.plain("result.picture", total=outcome.total))
    is_first_offer = scene.account.reminders == "not_asked"
    family = scene.button("result.family", "family")
    return scene.screen(
        Markup("\n").join(lines),
        (scene.button("result.advice", "advice:0", "main"),),
        (scene.button("result.remind", "remind", "main"),) if is_first_offer else (),
        (scene.button("result.details", "details"), scene.button("result.form", "print")),
        (family,) if is_first_offer else (family, remind_button(scene)),
        picture=picture,
    )


def _verdict(scene: Scene, outcome: Outcome) -> Markup:
    say, low = scene.say, outcome.too_low
    if outcome.meets_rule:
        return say("verdict.meets")
    parts = []
    if not outcome.reaches_total:
        parts.append(say("verdict.total", count=outcome.pass_mark - outcome.total))
    if len(low) > MOST_NAMED:
        parts.append(say("verdict.many_low", count=len(low), minimum=outcome.criteria.indicator_minimum))
    elif low:
        key = "verdict.low_only" if outcome.reaches_total else "verdict.low_too"
        parts.append(say(key, count=len(low), indicators=_names(scene, low)))
    return Markup(" ").join(parts)


def _names(scene: Scene, indicators: list[Indicator]) -> str:
    return " · ".join(scene.say.content(indicator.short).lower() for indicator in indicators)


def _with_points(scene: Scene, outcome: Outcome) -> str:
    most = scene.handbook.criteria.points_per_indicator
    return " · ".join(
        f"{scene.say.content(indicator.short).lower()} ({points}/{most})"
        for indicator, points in outcome.weakest()
        if points < most
    )


def draw_details(scene: Scene) -> Screen:
    """Every competency and indicator with its points, for those who read rather than look."""
    outcome = scene.outcome(needed(scene.finished_session))
    points = dict(zip((indicator.number for indicator in outcome.criteria.indicators), outcome.scores, strict=True))
    groups = []
    for competency, (got, most) in zip(outcome.criteria.competencies, outcome.by_competency(), strict=True):
        lines = [
            Markup("<b>{}. {}: {}/{}</b>").format(
                competency.numeral, scene.say.content(competency.short), got, most
            )
        ]
        lines += [
            escape(f"{each.number}. {scene.say.content(each.short)}: {points[each.number]}")
            for each in competency.indicators
        ]
        groups.append(Markup("\n").join(lines))
    ways = (scene.button("result.form", "print"), scene.button("result.back", "result"))
    return scene.screen(Markup("\n\n").join(groups), (scene.button("result.advice", "advice:0", "main"),), ways)


def draw_advice(scene: Scene) -> Screen:
    """One of the three weakest indicators: what to do, and where. One thought a screen."""
    weakest = scene.outcome(needed(scene.finished_session)).weakest()
    page = min(int(scene.place.about[0]), len(weakest) - 1)
    indicator, points = weakest[page]
    advice = scene.handbook.advice_for(indicator.number, points)
    html = scene.say(
        "advice",
        page=page + 1,
        pages=len(weakest),
        indicator=scene.say.content(indicator.short),
        points=points,
        most=scene.handbook.criteria.points_per_indicator,
        do=scene.say.content(advice.do),
        where=scene.say.content(advice.where),
    )
    back = scene.button("result.back", "result")
    if page + 1 < len(weakest):
        return scene.screen(html, (scene.button("advice.next", f"advice:{page + 1}", "main"),), (back,))
    return scene.screen(html, (scene.button("result.form", "print"), back))


def draw_print(scene: Scene) -> Screen:
    """The form as a PDF: to print, sign and bring to the commune's association."""
    session = needed(scene.finished_session)
    form = Attachment("result_form", session.person, scene.say.plain("print.document"))
    return scene.screen(scene.say("print"), (scene.button("result.back", "result", "main"),), document=form)


def show(name: str) -> Act:
    """An act that goes to one of the screens about a finished result."""

    def go(scene: Scene, about: tuple[str, ...]) -> Scene:
        return scene.go(name, *about) if scene.finished_session else scene.go_home()

    return go


def show_result(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """The last result of this round; where there is none yet, how to get one."""
    if scene.finished_session:
        return scene.go("result")
    if scene.is_counted and scene.may_be_at("counted"):
        return scene.go("counted")
    home = scene.go_home()
    return home.noting(scene.say("result.none_yet")) if scene.account.has_consented else home


def assess_again(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """Once more from the start; the present result stays until the new one is there."""
    if not scene.account.has_consented or scene.commune is None:
        return scene.go_home()
    return scene.go("resume") if scene.open_session else scene.go("form")


DRAWS: dict[str, Draw] = {
    "result": draw_result,
    "details": draw_details,
    "advice": draw_advice,
    "print": draw_print,
}
ACTS: dict[str, Act] = {
    "result": show("result"),
    "last_result": show_result,
    "again": assess_again,
    "details": show("details"),
    "advice": show("advice"),
    "print": show("print"),
}
