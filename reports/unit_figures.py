"""The figures of one unit as words: its row and the province's, the big figures, why some are hidden."""

from engine.disclosure.precision import TOTAL_RANGE
from engine.disclosure.released import PROVINCE, Release, ReleasedRow
from engine.texts import Texts
from reports.release_words import ReleaseFacts, edition, people, share_band, total_band, unit_name

Part = dict[str, object]
"""A piece of what a template takes."""


def own_row(facts: ReleaseFacts) -> ReleasedRow:
    """The unit's row. LookupError if the release knows no such commune."""
    row = row_of(facts.release, facts.unit)
    if row is None:
        raise LookupError(f"the release has no row of {facts.unit}")
    return row


def row_of(release: Release, unit: str) -> ReleasedRow | None:
    """The row of the province or a commune; None if the release knows no such commune."""
    return release.province if unit == PROVINCE else release.of_commune(unit)


def province_row(facts: ReleaseFacts) -> ReleasedRow | None:
    """The province's row, to stand beside a commune's; None for the province itself, or while it is hidden."""
    row = facts.release.province
    return None if facts.is_of_province or row.n is None else row


def opening(facts: ReleaseFacts, say: Texts) -> Part:
    """Language, title and what stands at the head of every page and picture."""
    unit, release = unit_name(facts, say), edition(facts.release, say)
    subject = say.plain("statistics_picture.subject", round=facts.release.round)
    return {
        "language": say.language,
        "title": f"{unit} – {subject}",
        "subject": subject,
        "unit": unit,
        "release": release,
    }


def big_figures(row: ReleasedRow, beside: ReleasedRow | None, say: Texts) -> list[Part]:
    """People, the share that meets the criteria, the mean total; each with the province's where that is asked."""
    labels = (
        (say.plain("statistics_picture.people"), ""),
        (say.plain("statistics_picture.meets"), ""),
        (say.plain("statistics_picture.total"), f"/{TOTAL_RANGE}"),
    )
    others = written_row(beside, say) if beside else ("", "", "")
    return [
        {
            "label": label,
            "value": value,
            "most": most,
            "beside": other and say.plain("statistics_picture.beside", value=other),
        }
        for (label, most), value, other in zip(labels, written_row(row, say), others, strict=True)
    ]


def written_row(row: ReleasedRow, say: Texts) -> tuple[str, str, str]:
    """People, the share that meets the criteria, the mean total: as they are written everywhere."""
    return people(row.n, say), share_band(row.passed, say), total_band(row.total, say)


def why_hidden(facts: ReleaseFacts, say: Texts) -> Part | None:
    """Why the unit has no figures yet, and the province's meanwhile; None where it has some."""
    if own_row(facts).n is not None:
        return None
    province = province_row(facts)
    reason = (
        say.plain("statistics_picture.too_few")
        if facts.is_of_province
        else say.plain("statistics_picture.too_few_or_joined", k=facts.release.k)
    )
    return {
        "title": say.plain("statistics_picture.hidden"),
        "sentences": [reason, say.plain("statistics_picture.why_hidden")],
        "province": say.plain("statistics_picture.meanwhile"),
        "figures": [] if province is None else big_figures(province, None, say),
    }


def unmoved(facts: ReleaseFacts, say: Texts) -> list[str]:
    """That the unit's figures are those of an earlier release, where they are."""
    as_of = own_row(facts).as_of_release
    if as_of is None or as_of == facts.release.number:
        return []
    return [say.plain("statistics_picture.unmoved", number=as_of)]
