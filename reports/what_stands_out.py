"""The paragraph in words of a report: strongest and weakest indicators, and what differs from the province."""

from collections.abc import Iterable

from engine.disclosure.precision import INDICATOR_RANGE, Band
from engine.texts import Texts
from reports.release_words import ReleaseFacts, mean_band, middle
from reports.unit_figures import own_row, province_row

CLEAR_GAP = 0.2
"""Points between two bands of an indicator from which on one is called higher: less is not worth a sentence."""

MOST_NAMED = 3
"""Of indicators in a sentence about the strongest or the weakest: more have nothing in common but a wide band."""


def what_stands_out(facts: ReleaseFacts, say: Texts) -> list[str]:
    """A few sentences: the strongest and the weakest indicators, and where the unit differs from the province."""
    row, beside = own_row(facts), province_row(facts)
    if row.indicators is None:
        return []
    names = [say.content(indicator.short) for indicator in facts.criteria.indicators]
    sentences = list(_ends(row.indicators, names, say))
    if beside and beside.indicators:
        sentences.append(_beside_province(row.indicators, beside.indicators, names, say))
    return sentences


def _ends(bands: tuple[Band, ...], names: list[str], say: Texts) -> Iterable[str]:
    ranked = sorted(bands, key=middle)
    strongest, weakest = (
        [name for name, band in zip(names, bands, strict=True) if band == end] for end in (ranked[-1], ranked[0])
    )
    if ranked[0] == ranked[-1]:
        return
    if len(strongest) <= MOST_NAMED:
        written = mean_band(ranked[-1], INDICATOR_RANGE, say)
        yield say.plain("commune_report.strongest", names=_listed(strongest), points=written)
    if len(weakest) <= MOST_NAMED:
        written = mean_band(ranked[0], INDICATOR_RANGE, say)
        yield say.plain("commune_report.weakest", names=_listed(weakest), points=written)


def _beside_province(own: tuple[Band, ...], others: tuple[Band, ...], names: list[str], say: Texts) -> str:
    pairs = list(zip(names, own, others, strict=True))
    higher = [name for name, mine, theirs in pairs if mine[0] - theirs[1] >= CLEAR_GAP - 1e-9]
    lower = [name for name, mine, theirs in pairs if theirs[0] - mine[1] >= CLEAR_GAP - 1e-9]
    higher_ones, lower_ones = _some(higher, say), _some(lower, say)
    if higher and lower:
        return say.plain("commune_report.higher_and_lower", higher=higher_ones, lower=lower_ones)
    if higher:
        return say.plain("commune_report.higher", names=higher_ones)
    if lower:
        return say.plain("commune_report.lower", names=lower_ones)
    return say.plain("commune_report.alike")


def _some(names: list[str], say: Texts) -> str:
    return _listed(names) if len(names) <= MOST_NAMED else say.plain("commune_report.so_many", number=len(names))


def _listed(names: Iterable[str]) -> str:
    # Names hold commas themselves ("Ngoại ngữ, tiếng dân tộc").
    return "; ".join(names)
