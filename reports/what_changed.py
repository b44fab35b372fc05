"""What a release says that the one before it did not: which rows moved, and who is shown for the first time.

Only figures that both releases publish are set side by side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.disclosure.released import PROVINCE, Release, ReleasedRow
from engine.texts import Texts


@dataclass(frozen=True, slots=True)
class Moved:
    """A row that says something new. `before` is the same row one release earlier; None: it was hidden, or new."""

    row: ReleasedRow
    before: ReleasedRow | None


def moved_rows(release: Release, before: Release | None) -> tuple[Moved, ...]:
    """The rows of communes that moved with this release, in its order; also the pooled and the late one."""
    return tuple(_moved(release, before))


def _moved(release: Release, before: Release | None) -> Iterator[Moved]:
    table = release.table("T1")
    for row in table.rows if table else ():
        if row.n is not None and row.as_of_release == release.number:
            earlier = before.of_commune(row.commune) if before else None
            yield Moved(row, earlier if earlier and earlier.n is not None else None)


def what_changed(release: Release, before: Release | None, unit: str, say: Texts) -> str:
    """The same in a sentence, for those who see the whole province, or for a commune."""
    moved = moved_rows(release, before)
    if unit != PROVINCE:
        return _of_commune(release, moved, unit, say)
    table = release.table("T1")
    hidden = sum(row.n is None for row in table.rows) if table else 0
    if new := sum(each.before is None for each in moved):
        return say.plain("console.statistics.changed_and_new", moved=len(moved), new=new, hidden=hidden)
    return say.plain("console.statistics.changed", moved=len(moved), hidden=hidden)


def _of_commune(release: Release, moved: tuple[Moved, ...], unit: str, say: Texts) -> str:
    row = release.of_commune(unit)
    if row is None or row.n is None:
        return say.plain("console.statistics.still_hidden")
    if not moved:
        return say.plain("statistics_picture.unmoved", number=row.as_of_release)
    new = moved[0].before is None
    return say.plain("console.statistics.shown_first") if new else say.plain("console.statistics.moved")
