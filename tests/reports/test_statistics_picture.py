"""The statistics picture: a phone's width, small, the same every time, and of what was released alone."""

from io import BytesIO

import pytest
from PIL import Image

from engine.disclosure.released import PROVINCE, Release
from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.charts.indicators import PHONE, indicator_chart
from reports.look import COLOURS
from reports.release_words import ReleaseFacts
from reports.statistics_picture import draw_statistics_picture
from reports.unit_figures import big_figures, own_row, province_row, unmoved, why_hidden
from tests.reports.releases import (
    HUGE,
    NEWCOMER,
    NOT_MOVED,
    SMALL,
    adults,
    final_release,
    hidden_release,
    interim_release,
    province,
)

HIDDEN = next(iter(SMALL))
MOST_BYTES = 60_000


def facts_of(release: Release, unit: str, criteria: Criteria) -> ReleaseFacts:
    return ReleaseFacts(release.for_unit(unit), unit, province(), adults(), criteria)


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


@pytest.mark.parametrize("unit", [PROVINCE, HUGE, NEWCOMER, HIDDEN])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_as_wide_as_a_phone_and_small(
    both_languages: dict[str, Texts], criteria: Criteria, unit: str, language: str
) -> None:
    for release in (interim_release(), final_release(), hidden_release()):
        png = draw_statistics_picture(facts_of(release, unit, criteria), both_languages[language])
        assert opened(png).width == 720
        assert len(png) < MOST_BYTES


def test_the_same_facts_have_the_same_bytes(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    assert draw_statistics_picture(facts, say) == draw_statistics_picture(facts, say)


def test_bars_are_drawn_in_our_colours_and_not_where_all_is_hidden(say: Texts, criteria: Criteria) -> None:
    accent = tuple(bytes.fromhex(COLOURS["accent"][1:]))

    def accented(release: Release, unit: str) -> int:
        picture = opened(draw_statistics_picture(facts_of(release, unit, criteria), say))
        return sum(count for count, colour in picture.getcolors(1 << 20) or [] if colour == accent)

    assert accented(interim_release(), HUGE) > 10_000
    assert accented(interim_release(), HIDDEN) < 500


def test_figures_are_those_of_the_release_beside_the_province(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(interim_release(), HUGE, criteria)
    figures = big_figures(own_row(facts), province_row(facts), say)
    assert [figure["value"] for figure in figures] == ["1.105", "32–33\u00a0%", "74–75"]
    assert [figure["beside"] for figure in figures] == [
        "toàn tỉnh: 5.903",
        "toàn tỉnh: 46,1–46,2\u00a0%",
        "toàn tỉnh: 71–72",
    ]
    whole = facts_of(interim_release(), PROVINCE, criteria)
    assert province_row(whole) is None
    assert {figure["beside"] for figure in big_figures(own_row(whole), None, say)} == {""}


def test_few_people_have_wide_bands(say: Texts, criteria: Criteria) -> None:
    chart = indicator_chart(facts_of(interim_release(), NEWCOMER, criteria), say, PHONE)
    assert chart is not None
    bars = chart.rows["bars"]
    assert len(bars) == 10
    for bar in bars:
        assert bar["high"] - bar["low"] == pytest.approx(1)
        assert bar["low"] <= 10
        assert bar["middle"] is not None


def test_a_hidden_unit_says_why_and_shows_the_province(say: Texts, criteria: Criteria) -> None:
    hidden = why_hidden(facts_of(interim_release(), HIDDEN, criteria), say)
    assert hidden is not None
    figures = hidden["figures"]
    assert isinstance(figures, list)
    assert [figure["value"] for figure in figures] == ["5.903", "46,1–46,2\u00a0%", "71–72"]
    assert why_hidden(facts_of(interim_release(), HUGE, criteria), say) is None
    nothing = why_hidden(facts_of(hidden_release(), HUGE, criteria), say)
    assert nothing is not None
    assert nothing["figures"] == []
    assert indicator_chart(facts_of(hidden_release(), HUGE, criteria), say, PHONE) is None


def test_a_row_that_did_not_move_says_so(say: Texts, criteria: Criteria) -> None:
    code, number = next(iter(NOT_MOVED.items()))
    assert unmoved(facts_of(final_release(), code, criteria), say) == [
        say.plain("statistics_picture.unmoved", number=number)
    ]
    assert unmoved(facts_of(final_release(), HUGE, criteria), say) == []


def test_a_stranger_has_no_picture(say: Texts, criteria: Criteria) -> None:
    with pytest.raises(LookupError, match="99999"):
        draw_statistics_picture(facts_of(interim_release(), "99999", criteria), say)
