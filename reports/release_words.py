"""How a release is said, in every file alike: names of tables, rows and values, bands, numbers. Computes no figure
but shares of the adults.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.communes import Province
from engine.disclosure.precision import TOTAL_RANGE, Band
from engine.disclosure.released import LATE, POOLED, PROVINCE, Release, ReleasedRow, ReleasedTable
from engine.questionnaire import Criteria, Indicator
from engine.texts import Texts

HIDDEN = "…"
"""Stands for every figure that is not said, whatever the reason."""

TARGETS: Mapping[int, float] = {2025: 0.4, 2030: 0.6}
"""Share of citizens with the title that the plan asks for by then: Decision 2547/QĐ-UBND, II.2.1.4 and II.2.2.4."""

_FORMULAS_BEGIN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """All that a file about a release is made from.

    `release` is already restricted to the `unit` ("province" or a commune's code). `adults`: commune code → adults,
    as entered by staff; communes may be missing.
    """

    release: Release
    unit: str
    province: Province
    adults: Mapping[str, int]
    criteria: Criteria

    @property
    def is_of_province(self) -> bool:
        """Whether the file is for those who see all communes."""
        return self.unit == PROVINCE

    @property
    def without_adults(self) -> tuple[str, ...]:
        """Codes of the communes of the unit whose adults nobody has entered."""
        asked = self.province.by_code if self.is_of_province else (self.unit,)
        return tuple(code for code in asked if not self.adults.get(code))


def adults_of(row: ReleasedRow, facts: ReleaseFacts) -> int | None:
    """Adults where the people of a row of T0 or T1 live; None where somebody's number is missing, or for `late`."""
    if row.commune == LATE:
        return None
    codes = {"": tuple(facts.province.by_code), POOLED: row.members}.get(row.commune, (row.commune,))
    entered = [facts.adults.get(code, 0) for code in codes]
    return sum(entered) if entered and all(entered) else None


def share_assessed(row: ReleasedRow, adults: int | None) -> float | None:
    """The people of a row as a share of these adults, to 0.1 %; None where either is not known."""
    return None if row.n is None or not adults else round(row.n / adults, 3)


def share_meeting(row: ReleasedRow, adults: int | None) -> Band | None:
    """Between which shares of these adults meet the criteria by their own account, to 0.1 %."""
    if row.n is None or row.passed is None or not adults:
        return None
    low, high = row.passed
    return round(row.n * low / adults, 3), round(row.n * high / adults, 3)


def people(n: int | None, say: Texts) -> str:
    """How many, or the mark of what is hidden."""
    return HIDDEN if n is None else say.number(n)


def percent(share: float, say: Texts) -> str:
    """0.705 → "70,5 %" or "70.5%"; without a decimal where there is none."""
    return say.plain("statistics.percent", number=say.number(share * 100, _decimals(share * 100)))


def share_band(band: Band | None, say: Texts) -> str:
    """A band of shares: "70–72 %"; where an end is open "≥ 90 %" or "≤ 10 %"; "…" where there is none."""
    if band is None:
        return HIDDEN
    return say.plain("statistics.percent", number=mean_band((band[0] * 100, band[1] * 100), 100, say))


def mean_band(band: Band | None, most: int, say: Texts) -> str:
    """A band of means of 0 to `most` points: "6,2–6,4", "≥ 9,5", "≤ 0,5"; "…" where there is none."""
    if band is None:
        return HIDDEN
    decimals = max(_decimals(end) for end in band)
    low, high = (say.number(end, decimals) for end in band)
    if band[0] <= 0 and band[1] < most:
        return say.plain("statistics.at_most", number=high)
    if band[1] >= most and band[0] > 0:
        return say.plain("statistics.at_least", number=low)
    return low if low == high else say.plain("statistics.range", low=low, high=high)


def total_band(band: Band | None, say: Texts) -> str:
    """A band of mean totals."""
    return mean_band(band, TOTAL_RANGE, say)


def middle(band: Band) -> float:
    """Where a bar ends that stands for a band."""
    return (band[0] + band[1]) / 2


def _decimals(value: float) -> int:
    """At most one: no band of a release is finer. (0.29 * 100 is not quite 29.)"""
    return 0 if abs(value - round(value)) < 0.05 else 1


def row_name(row: ReleasedRow, facts: ReleaseFacts, say: Texts) -> str:
    """Whose row it is: a commune, the communes taken together, those who came late, the province."""
    if not row.commune:
        return say.plain("statistics.province", province=facts.province.name)
    if row.commune == POOLED:
        return say.plain("statistics.pooled")
    if row.commune == LATE:
        return say.plain("statistics.late")
    commune = facts.province.by_code.get(row.commune)
    return commune.name if commune else row.commune


def unit_name(facts: ReleaseFacts, say: Texts) -> str:
    """Whose file it is: the province's, or a commune's."""
    key = {} if facts.is_of_province else {"commune": facts.unit}
    return row_name(ReleasedRow(key), facts, say)


def member_names(row: ReleasedRow, facts: ReleaseFacts) -> str:
    """The communes of the pooled row, in one line."""
    names = (facts.province.by_code[code].name if code in facts.province.by_code else code for code in row.members)
    return ", ".join(names)


def dimension(dim: str, say: Texts) -> str:
    """The heading of a column of keys."""
    return {
        "commune": say.plain("report.commune"),
        "group": say.plain("report.group"),
        "sex": say.plain("statistics.sex"),
        "age": say.plain("statistics.age"),
    }[dim]


def value(dim: str, key: str, say: Texts) -> str:
    """A group, sex or age by its key, as people say it; the key itself where it is a new one."""
    if key == "undisclosed":
        return say.plain("undisclosed")
    if dim == "age":
        first, _, last = key.partition("-")
        return say.plain("age.band", first=first, last=last) if last else say.plain("age.from_60")
    names = {
        "farmer": say.plain("statistics.farmer"),
        "worker": say.plain("statistics.worker"),
        "official": say.plain("statistics.official"),
        "student": say.plain("statistics.student"),
        "other": say.plain("statistics.other"),
        "female": say.plain("sex.female"),
        "male": say.plain("sex.male"),
    }
    return names.get(key, key)


def table_title(table: ReleasedTable, say: Texts) -> str:
    """What a table shows."""
    if not table.dims:
        return say.plain("statistics.t0")
    return {
        ("commune",): say.plain("statistics.by_commune"),
        ("commune", "group"): say.plain("statistics.by_commune_group"),
        ("commune", "sex"): say.plain("statistics.by_commune_sex"),
        ("commune", "age"): say.plain("statistics.by_commune_age"),
        ("group", "sex"): say.plain("statistics.by_group_sex"),
        ("group", "age"): say.plain("statistics.by_group_age"),
        ("sex", "age"): say.plain("statistics.by_sex_age"),
        ("group",): say.plain("statistics.by_group"),
        ("sex",): say.plain("statistics.by_sex"),
        ("age",): say.plain("statistics.by_age"),
    }[table.dims]


def kind(release: Release, say: Texts) -> str:
    """Whether the round goes on or this is the last word."""
    return say.plain("statistics.final") if release.kind == "final" else say.plain("statistics.interim")


def edition(release: Release, say: Texts) -> str:
    """As in "Bản phát hành số 3 (giữa kỳ), tính đến 5/10/2026"."""
    return say.plain(
        "statistics.edition", number=release.number, kind=kind(release, say), day=say.date(release.as_of)
    )


def as_of(row: ReleasedRow, release: Release, say: Texts) -> str:
    """As in "theo bản phát hành số 2" beside a row that has not moved since; "" for the others."""
    if row.as_of_release in (None, release.number):
        return ""
    return say.plain("statistics.as_of", number=row.as_of_release)


def indicator_name(indicator: Indicator, say: Texts) -> str:
    """As in "1. Tìm đọc thông tin"."""
    return f"{indicator.number}. {say.content(indicator.short)}"


def harmless(text: str) -> str:
    """The text, never a formula: a spreadsheet that opens a CSV would run what begins with = + - or @."""
    return f"'{text}" if text.startswith(_FORMULAS_BEGIN) or text.lstrip().startswith(_FORMULAS_BEGIN) else text
