"""The charts of a release: what is hidden is drawn as hidden, words are those of the reports, the SVG is bare."""

import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import pytest

from engine.disclosure.released import PROVINCE, Release
from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.charts.drawing import HATCHED_CIRCLE, Chart, Rows, draw_svg
from reports.charts.indicators import PAPER, PAPER_ALONE, PHONE, Layout, indicator_chart
from reports.charts.of_unit import CHARTS, charts_of_unit, draw_charts, is_drawing_of
from reports.charts.province_map import WIDTH, map_chart
from reports.charts.target import target_chart
from reports.charts.trend import trend_chart
from reports.commune_map import Box, draw_up_map
from reports.commune_report import make_commune_report
from reports.look import COLOURS, LIGHTER, MAP_STEPS
from reports.release_words import HIDDEN, TARGETS, ReleaseFacts, mean_band, people, share_band
from reports.statistics_picture import draw_statistics_picture
from reports.unit_figures import own_row
from tests.reports.releases import (
    HUGE,
    NEWCOMER,
    SMALL,
    adults_of_all,
    final_release,
    hidden_release,
    interim_release,
    province,
)

HIDDEN_COMMUNE = next(iter(SMALL))
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "g", "path", "line", "rect", "text"}


def facts_of(release: Release, unit: str, criteria: Criteria) -> ReleaseFacts:
    return ReleaseFacts(release.for_unit(unit), unit, province(), adults_of_all(), criteria)


def words_of(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.fixture(scope="session")
def of_province(say: Texts, criteria: Criteria) -> dict[str, str]:
    facts = facts_of(final_release(), PROVINCE, criteria)
    return dict(draw_charts(facts, [hidden_release(), interim_release()], say))


def test_a_drawing_is_bare_and_says_what_it_is(of_province: dict[str, str]) -> None:
    assert tuple(of_province) == CHARTS
    for svg in of_province.values():
        root = ElementTree.fromstring(svg)
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"]
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not {"style", "class", "href", "id"} & attributes
        assert not any(name.startswith("on") for name in attributes)
        assert "url(" not in svg
        assert len(svg) < 40_000


def test_all_colours_are_known_so_that_a_page_can_darken_them(of_province: dict[str, str]) -> None:
    known = {*COLOURS.values(), LIGHTER, *MAP_STEPS, "none"}
    for svg in of_province.values():
        assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) <= known


def test_the_same_facts_have_the_same_drawing(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    assert draw_charts(facts, [interim_release()], say) == draw_charts(facts, [interim_release()], say)


@pytest.mark.parametrize("layout", [PHONE, PAPER, PAPER_ALONE], ids=["phone", "paper", "paper alone"])
def test_bars_end_at_the_band_and_say_it(say: Texts, criteria: Criteria, layout: Layout) -> None:
    facts = facts_of(interim_release(), HUGE, criteria)
    chart = indicator_chart(facts, say, layout)
    bands = own_row(facts).indicators
    assert chart is not None
    assert bands is not None
    assert [(bar["low"], bar["high"]) for bar in chart.rows["bars"]] == list(bands)
    words = words_of(draw_svg(chart))
    if not layout.has_words:
        assert words == []
        return
    for band in bands:
        assert mean_band(band, 10, say) in words
    assert [each for each in words if re.match(r"\d+\. ", each)] == [bar["name"] for bar in chart.rows["bars"]]


def test_page_and_paper_draw_the_same_bars(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    on_phone, on_paper = (indicator_chart(facts, say, layout) for layout in (PHONE, PAPER))
    assert on_phone is not None
    assert on_paper is not None
    figures = ("name", "low", "high", "middle", "written")
    for one, other in zip(on_phone.rows["bars"], on_paper.rows["bars"], strict=True):
        assert [one[each] for each in figures] == [other[each] for each in figures]


def test_files_show_the_drawings_they_are_given(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    charts = draw_charts(facts, (), say)
    assert draw_statistics_picture(facts, say, charts) == draw_statistics_picture(facts, say)
    assert make_commune_report(facts, say, charts) == make_commune_report(facts, say)
    without = {**charts, "bars": charts["bars"].replace(COLOURS["accent"], COLOURS["warm"])}
    assert draw_statistics_picture(facts, say, without) != draw_statistics_picture(facts, say)


def test_a_hidden_unit_has_the_provinces_bars_and_nothing_of_its_own(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HIDDEN_COMMUNE, criteria)
    charts = charts_of_unit(facts, [interim_release()], say)
    assert set(charts) == {"bars"}
    bands = facts.release.province.indicators
    assert bands is not None
    assert [(bar["low"], bar["high"]) for bar in charts["bars"].rows["bars"]] == list(bands)
    assert charts_of_unit(facts_of(hidden_release(), HUGE, criteria), (), say) == {}


def test_the_trend_has_a_point_for_each_release_that_shows_the_unit(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    again = replace(interim_release(), number=4, as_of=date(2026, 10, 12))
    chart = trend_chart(facts, [hidden_release(), interim_release(), again], say)
    assert chart is not None
    points = chart.rows["points"]
    assert [point["people"] for point in points] == [None, 1_105, 1_105, 2_400]
    assert [point["day"] for point in points] == [0, 28, 35, 70]
    assert [point["day"] for point in chart.rows["hidden"]] == [0]
    svg = draw_svg(chart)
    words = words_of(svg)
    last = own_row(facts)
    assert {people(last.n, say), share_band(last.passed, say), HIDDEN} <= set(words)
    assert "0" not in words
    assert words.count(HIDDEN) == 2
    assert svg.count("A") >= 3 * 2, "a circle for each release that shows something, on both panels"


@pytest.mark.parametrize("earlier", [0, 1, 3])
def test_a_trend_of_one_release_or_of_many(say: Texts, criteria: Criteria, earlier: int) -> None:
    facts = facts_of(final_release(), NEWCOMER, criteria)
    releases = [
        replace(interim_release(), number=number, as_of=date(2026, 9, number)) for number in range(1, earlier + 1)
    ]
    chart = trend_chart(facts, releases, say)
    assert chart is not None
    assert say.date(facts.release.as_of) in words_of(draw_svg(chart))
    assert len(chart.rows["ends"]) == (1 if earlier == 0 else 2)


def test_the_target_stands_beside_shares_of_the_adults_alone(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(interim_release(), HUGE, criteria)
    chart = target_chart(facts, say)
    assert chart is not None
    assert [mark["target"] for mark in chart.rows["targets"]] == list(TARGETS.values())
    words = words_of(draw_svg(chart))
    for expected in ("15,9\u00a0%", "40\u00a0%", "60\u00a0%", "2025", "2030"):
        assert expected in words
    assert target_chart(replace(facts, adults={}), say) is None
    entered_since = replace(facts, adults={HUGE: 10_000})
    changed = target_chart(entered_since, say)
    assert changed is not None
    drawn = draw_svg(chart)
    assert is_drawing_of(drawn, chart)
    assert not is_drawing_of(drawn, changed)


def circles_of(chart: Chart) -> Rows:
    """Those of communes: below them is how to read the map."""
    height = draw_up_map(province().communes, {}, WIDTH).height
    return [each for name in ("shown", "hidden") for each in chart.rows[name] if each["y"] < height]


@pytest.mark.parametrize(
    "release", [interim_release(), final_release(), hidden_release()], ids=["3", "9", "hidden"]
)
def test_every_commune_is_on_the_map_hidden_ones_hatched(say: Texts, criteria: Criteria, release: Release) -> None:
    chart = map_chart(facts_of(release, PROVINCE, criteria), say)
    page = Box(0, 0, WIDTH, draw_up_map(province().communes, {}, WIDTH).height)
    circles = circles_of(chart)
    assert len(circles) == len(province().communes) == 75
    for circle in circles:
        x, y, radius = circle["x"], circle["y"], circle["size"] ** 0.5 / 2
        assert page.holds(Box(x - radius, y - radius, x + radius, y + radius))
    table = release.table("T1")
    assert table is not None
    of_communes = [row for row in table.rows if row.commune in province().by_code]
    hidden = [circle for circle in circles if circle in chart.rows["hidden"]]
    assert len(hidden) == sum(row.n is None for row in of_communes)
    assert len({circle["size"] for circle in hidden}) == 1, "hidden ones tell nothing by their size"
    assert "nan" not in draw_svg(chart).lower()


def test_the_map_tells_no_colour_where_only_the_count_may_be_known(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(interim_release(), PROVINCE, criteria)
    bare = tuple(
        replace(table, rows=tuple(replace(row, passed=None, total=None, indicators=None) for row in table.rows))
        for table in facts.release.tables
    )
    chart = map_chart(replace(facts, release=replace(facts.release, tables=bare)), say)
    assert len([circle for circle in circles_of(chart) if circle in chart.rows["hidden"]]) == 75


def test_names_on_the_map_keep_apart(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), PROVINCE, criteria)
    plan = draw_up_map(
        province().communes, {code: getattr(facts.release.of_commune(code), "n", None) for code in SMALL}, WIDTH
    )
    boxes = [circle.label for circle in plan.circles if circle.label]
    assert len(boxes) > 60
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    names = {circle["name"] for circle in map_chart(facts, say).rows["names"]}
    assert names <= set(words_of(draw_svg(map_chart(facts, say))))


def test_hatching_is_no_filled_shape() -> None:
    assert HATCHED_CIRCLE.count("M") > 2


def test_hostile_names_are_only_words(say: Texts, criteria: Criteria) -> None:
    name = 'Xã <script>alert(1)</script> "&'
    communes = tuple(replace(each, name=name) if each.code == HUGE else each for each in province().communes)
    facts = facts_of(interim_release(), HUGE, criteria)
    chart = trend_chart(replace(facts, province=replace(province(), communes=communes)), (), say)
    assert chart is not None
    svg = draw_svg(chart)
    assert "<script" not in svg
    assert name in ElementTree.fromstring(svg).attrib["aria-label"]
    assert is_drawing_of(svg, chart)
