"""A5: where all answered alike, a precise figure says what each of them answered."""

from collections.abc import Iterator

from tests.attacks.exports import Exports, Finding, Row
from tests.attacks.residual import Measure, highest, lowest, measures_of
from tests.attacks.truth import Ballot, Ballots, Scored

LEFT_OPEN = 4
"""People, or points, that may be otherwise: three who know each other's answers leave one."""

PASSES_EVERYWHERE, FAILS_EVERYWHERE, LEAST = 80, 70, 5  # the highest and the lowest pass mark of a commune


def find_certain_answers(scored: Scored) -> list[Finding]:
    """Rows whose people are all alike, in bands that leave fewer than four people or points open."""
    return [
        Finding("A5", where, f"{measure} of {len(ballots)} people who are all alike: {low} to {high}")
        for where, row, ballots in _rows(scored)
        for measure, low, high in _too_narrow(row, ballots)
    ]


def find_twin_differences(exports: Exports, twin: Exports, commune: str) -> list[Finding]:
    """Where a commune's rows tell a world from its twin, in which one person answered a little otherwise."""
    return [
        Finding("A5", f"{table.id} {row.key}, release {release.number}", f"{row.figures} and {other.figures}")
        for release, its_twin in zip(exports.releases, twin.releases, strict=True)
        for table, twin_table in zip(release.tables, its_twin.tables, strict=True)
        for row, other in zip(table.rows, twin_table.rows, strict=True)
        if row.commune == commune and row != other
    ]


def _rows(scored: Scored) -> Iterator[tuple[str, Row, Ballots]]:
    for release, row in scored.exports.unit_rows():
        yield f"{row.commune or 'province'}, release {release.number}", row, scored.behind(release, row)
    for table in scored.exports.final.tables:
        for row in table.rows if table.id > "T1" else ():
            if row.total:
                yield f"{table.id} {dict(row.key)}", row, scored.in_cell(dict(row.key))


def _too_narrow(row: Row, ballots: Ballots) -> Iterator[tuple[Measure, int, int]]:
    for measure, most in measures_of([row]):
        if _are_alike(measure, ballots):
            low, high = lowest(row, measure), highest(row, measure, most)
            if high - low < LEFT_OPEN:
                yield measure, low, high


def _are_alike(measure: Measure, ballots: Ballots) -> bool:
    return len({_value(measure, ballot) for ballot in ballots}) == 1


def _value(measure: Measure, ballot: Ballot) -> int:
    if measure == "total":
        return ballot.total
    if measure == "passed":
        if ballot.total < FAILS_EVERYWHERE or min(ballot.scores) < LEAST:
            return 0
        return 1 if ballot.total >= PASSES_EVERYWHERE else ballot.line + 1  # in between it depends on the commune
    return ballot.scores[int(measure)]
