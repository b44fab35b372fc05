"""What is known of all together: after one's assessment is counted, one's commune, and the files for staff.

Everything here comes from the last release, never from anything newer.
"""

from markupsafe import Markup

from engine.conversation.reminding import remind_button
from engine.conversation.scene import Act, Draw, Scene, needed
from engine.disclosure.precision import Band
from engine.disclosure.released import Release, ReleasedRow
from engine.messages import Attachment, AttachmentKind, Screen
from engine.texts import Texts

FILES: dict[str, AttachmentKind] = {
    "xlsx": "statistics_xlsx",
    "pdf": "statistics_pdf",
    "csv": "statistics_csv",
    "json": "statistics_json",
}
"""The formats that staff download, and the attachment that each is."""

WEAKEST_NAMED = 2


def draw_counted(scene: Scene) -> Screen:
    """This year's assessment is counted, and nothing of it is kept; what one may do now."""
    person = scene.account.person
    html = scene.say("counted", who=scene.person_name(person), round=scene.account.last_round or 0)
    return scene.screen(
        html,
        (scene.button("counted.commune", "my_commune", "main"),),
        (scene.button("help.again", "again"), scene.button("result.family", "family")),
        (remind_button(scene), scene.button("help", "help")),
    )


def show_my_commune(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """To how one's commune stands, and back to where one was."""
    if not scene.account.has_consented or scene.commune is None:
        return scene.go_home()
    return scene.step_aside("my_commune")


def draw_my_commune(scene: Scene) -> Screen:
    """People, share and points of one's commune; where there are too few, why nothing is said."""
    say, release, commune = scene.say, scene.handbook.release, scene.commune
    back = (scene.button("back", "back", "main"),)
    row = release.of_commune(commune.code) if release and commune else None
    if release is None or commune is None or row is None:
        return scene.screen(say("my_commune.nothing_yet"), back)
    if row.n is None:
        return scene.screen(say("my_commune.hidden", commune=commune.name, k=release.k), back)
    lines = [
        say("my_commune", commune=commune.name, count=row.n),
        *_figures(say, row),
        *_weakest(scene, row),
        _as_of(say, release, row),
    ]
    return scene.screen(Markup("\n").join(lines), back)


def _figures(say: Texts, row: ReleasedRow) -> list[Markup]:
    passed, total = needed(row.passed), needed(row.total)
    return [
        say("my_commune.passed", share=_percent(say, passed)),
        say("my_commune.total", total=_between(say, total, 100)),
    ]


def _weakest(scene: Scene, row: ReleasedRow) -> list[Markup]:
    bands = needed(row.indicators)
    indicators = sorted(zip(bands, scene.handbook.criteria.indicators, strict=True), key=lambda pair: pair[0])
    names = [scene.say.content(indicator.short).lower() for _, indicator in indicators[:WEAKEST_NAMED]]
    return [scene.say("my_commune.weakest", indicators=" · ".join(names))]


def _as_of(say: Texts, release: Release, row: ReleasedRow) -> Markup:
    if row.as_of_release == release.number:
        return say("my_commune.as_of", release=release.number, day=say.date(release.as_of))
    return say("my_commune.as_of_earlier", release=row.as_of_release)


def _percent(say: Texts, band: Band) -> str:
    """A share as people read it: "50–60 %", "từ 80 %"."""
    low, high = (round(100 * end, 1) for end in band)
    return say.plain("statistics.percent", number=_between(say, (low, high), 100))


def _between(say: Texts, band: Band, most: float) -> str:
    low, high = (say.number(end, 0 if round(end, 1) == round(end) else 1) for end in band)
    if band[0] <= 0:
        return say.plain("band.at_most", high=high)
    if band[1] >= most:
        return say.plain("band.at_least", low=low)
    return f"{low}–{high}"


def show_statistics(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """Staff: to the figures of their unit. For everybody else there is no such command."""
    if scene.state.staff is None:
        return scene.noting(scene.say("command_unknown")).telling("answer_not_understood")
    return scene.step_aside("statistics")


def draw_statistics(scene: Scene) -> Screen:
    """The last release of one's unit: picture, and a button for each file."""
    say, release = scene.say, scene.handbook.release
    back = (scene.button("back", "back"),)
    if release is None:
        return scene.screen(say("statistics_chat.nothing_yet"), back)
    key = "statistics_chat.final" if release.kind == "final" else "statistics_chat.interim"
    about = {"round": release.round, "release": release.number, "day": say.date(release.as_of)}
    html = say(key, unit=_unit_name(scene), **about)
    picture = Attachment("statistics_picture", 0, say.plain("statistics_chat.picture", unit=_unit_name(scene)))
    return scene.screen(
        html,
        (
            scene.button("statistics_chat.xlsx", "file:xlsx", "main"),
            scene.button("statistics_chat.pdf", "file:pdf", "main"),
        ),
        (scene.button("statistics_chat.csv", "file:csv"), scene.button("statistics_chat.json", "file:json")),
        back,
        picture=picture,
    )


def _unit_name(scene: Scene) -> str:
    unit = needed(scene.state.staff).unit
    commune = scene.handbook.province.by_code.get(unit)
    return commune.name if commune else scene.say.plain("statistics_chat.province")


def show_file(scene: Scene, which: tuple[str, ...]) -> Scene:
    """To one file; what the statistics were opened from is kept for the way back."""
    return scene.go("statistics_file", which[0], *scene.place.about)


def draw_file(scene: Scene) -> Screen:
    """The file itself."""
    chosen = scene.place.about[0]
    name = scene.say.plain("statistics_chat.file", unit=_unit_name(scene), format=chosen.upper())
    document = Attachment(FILES[chosen], 0, name)
    back = scene.button("back", "statistics_again", "main")
    return scene.screen(scene.say("statistics_chat.here"), (back,), document=document)


def back_to_statistics(scene: Scene, _: tuple[str, ...]) -> Scene:
    """From a file back to the figures."""
    return scene.go("statistics", *scene.place.about[1:])


DRAWS: dict[str, Draw] = {
    "counted": draw_counted,
    "my_commune": draw_my_commune,
    "statistics": draw_statistics,
    "statistics_file": draw_file,
}
ACTS: dict[str, Act] = {
    "my_commune": show_my_commune,
    "file": show_file,
    "statistics_again": back_to_statistics,
}
