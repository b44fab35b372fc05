"""A7: watch what changes when one person takes their answers back."""

from collections.abc import Iterator

from tests.attacks.exports import Finding, Release, Row
from tests.attacks.residual import TINY, WIDE_ENOUGH, highest, lowest, measures_of
from tests.attacks.truth import Scored

FEWEST = 10


def find_erasure_traces(scored: Scored, untouched: Scored, person: str) -> list[Finding]:
    """What the exports of a world with an erasure say about the erased, next to those of the same world without.

    A row may differ only if it moved after the erasure, with ten new people. At the close, a commune's row that did
    not move stands beside counts only. And the erased person's figures stay open.
    """
    erased_at = next(act.line for act in scored.truth.acts if act.act == "erase" and act.person == person)
    before = sum(scored.truth.line_at(release.as_of) < erased_at for release in scored.exports.releases)
    found = list(_unmoved_differences(scored, untouched, before))
    found += _means_beside_stale_rows(scored, before, person)
    found += _narrowed(scored, person, erased_at)
    return found


def _unmoved_differences(scored: Scored, untouched: Scored, before: int) -> Iterator[Finding]:
    there = {release.number: release for release in untouched.exports.releases}
    for release in scored.exports.releases:
        other = there.get(release.number)
        if other is None:
            continue
        others = {row.commune: row for row in (*other.rows("T1"), other.province)}
        for row in (*release.rows("T1"), release.province):
            same = others.get(row.commune)
            if same is None or row.figures == same.figures:
                continue
            if not (_moved_well(scored, row, before) or _moved_well(untouched, same, before)):
                where = f"{row.commune or 'province'}, release {release.number}"
                yield Finding("A7", where, f"with the erasure {row.figures[:3]}, without {same.figures[:3]}")


def _moved_well(scored: Scored, row: Row, before: int) -> bool:
    """Whether a row moved after release `before`, with ten new people, or was new itself."""
    if row.as_of is None or row.as_of <= before:
        return False
    now, last = scored.exports.release(row.as_of), _release_before(scored, row.as_of)
    moved = _row(now, row.commune)
    old = _row(last, row.commune) if last else None
    if last is None or moved is None or old is None or old.n is None:
        return True
    return len(scored.behind(now, moved) - scored.behind(last, old)) >= FEWEST


def _release_before(scored: Scored, number: int) -> Release | None:
    return next((release for release in scored.exports.releases if release.number == number - 1), None)


def _row(release: Release, commune: str) -> Row | None:
    return next((row for row in (release.province, *release.rows("T1")) if row.commune == commune), None)


def _means_beside_stale_rows(scored: Scored, before: int, person: str) -> Iterator[Finding]:
    final = scored.exports.final
    for unit in final.shown:
        is_inside = any(ballot.person == person for ballot in scored.behind(final, unit))
        if is_inside and unit.as_of is not None and unit.as_of <= before:
            for table in ("T2", "T3", "T4"):
                for row in final.rows(table):
                    if row.commune == unit.commune and (row.passed or row.total):
                        yield Finding("A7", f"{table} {dict(row.key)}", "says means beside a row with the erased")


def _narrowed(scored: Scored, person: str, erased_at: int) -> Iterator[Finding]:
    """The row with the person, minus the first one without, plus whatever the new ones may have answered."""
    earlier: dict[str, tuple[Release, Row]] = {}
    for release in scored.exports.releases:
        for row in release.shown:
            last = earlier.get(row.commune)
            earlier[row.commune] = release, row
            if last is None or scored.truth.line_at(release.as_of) < erased_at:
                continue
            had = any(ballot.person == person for ballot in scored.behind(*last))
            has = any(ballot.person == person for ballot in scored.behind(release, row))
            if had and not has:
                yield from _judge(scored, last, (release, row))


def _judge(scored: Scored, last: tuple[Release, Row], now: tuple[Release, Row]) -> Iterator[Finding]:
    new = len(scored.behind(*now) - scored.behind(*last))
    gone = len(scored.behind(*last) - scored.behind(*now))
    for measure, most in measures_of([last[1], now[1]]):
        low = lowest(last[1], measure) - highest(now[1], measure, most)
        high = highest(last[1], measure, most) - lowest(now[1], measure) + new * most
        # Who else went may have had nothing, or the most.
        width = min(high, most) - max(low - (gone - 1) * most, 0)
        if width < WIDE_ENOUGH * most - TINY and measure == "total":
            where = f"{now[1].commune}, releases {last[0].number} and {now[0].number}"
            yield Finding("A7", where, f"{measure} of the erased is open to {max(width, 0) / most:.0%}")
