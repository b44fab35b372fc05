"""A seal: ballots in; out comes a release that was proved safe, or a refusal. Tables are made nowhere else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.disclosure.audit_breakdowns import People, Row
from engine.disclosure.audit_rows import check_moves, find_pinned_communes
from engine.disclosure.catalogue import Cell, Detail, Kind, Values, finest
from engine.disclosure.final_tables import final_tables
from engine.disclosure.pooling import Ballots, Moves, Standing, late_row, move_rows, row_keys
from engine.disclosure.precision import indicator_bands, passed_band, total_band
from engine.disclosure.released import LATE, POOLED, Release, ReleasedRow, ReleasedTable, ReleaseKind
from engine.disclosure.rules import MOST_REPAIRS, K
from engine.disclosure.tally import NOBODY, Tally
from engine.errors import ReleaseRefused


@dataclass(frozen=True, slots=True)
class About:
    """What a release is about."""

    round: int
    number: int
    kind: ReleaseKind
    as_of: date
    content_version: str
    detail: Detail
    communes: Sequence[str]
    leaves_out_floods: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Exact sums of the living ballots by (commune, kind): those in issued rows, and those added since."""

    sealed: Mapping[tuple[str, Kind], Tally]
    added: Mapping[tuple[str, Kind], Tally]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A release, how the rows stand after it, and the communes whose added ballots it took in."""

    release: Release
    standing: Standing
    moved: frozenset[str]


def seal(about: About, snapshot: Snapshot, standing: Standing, ledger: Sequence[Release]) -> Sealed:
    """The next release of a round. `ledger` are all before it, in order.

    ReleaseRefused if there is too little to say, or if the audit cannot prove it safe: then nothing changes.
    """
    ballots = Ballots(_by_commune(snapshot.sealed), _by_commune(snapshot.added))
    moves = _safe_moves(about, ballots, standing, ledger)
    late = late_row(ballots, moves.moved) if about.kind == "final" else None
    rows = _rows_of_communes(about, moves.standing, late)
    tables = [_province(about, rows, moves.standing.total + (late or NOBODY), ledger), rows]
    if about.kind == "final":
        people = _people(about, snapshot, moves, late)
        tables += final_tables(people, about.communes, Values(about.detail), about.number)
    return Sealed(_release(about, tables), moves.standing, moves.moved)


def _by_commune(tallies: Mapping[tuple[str, Kind], Tally]) -> dict[str, Tally]:
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for (commune, _), tally in tallies.items():
        found[commune] += tally
    return dict(found)


def _safe_moves(about: About, ballots: Ballots, standing: Standing, ledger: Sequence[Release]) -> Moves:
    """How the rows move; communes that could be worked out if they left the pool stay in it."""
    staying: frozenset[str] = frozenset()
    for _ in range(MOST_REPAIRS):
        moves = move_rows(standing, ballots, about.communes, about.number, staying)
        if moves is None:
            raise ReleaseRefused("R6", f"there are fewer than {K} people, or too few communes to pool")
        check_moves(standing, moves, ballots)
        release = _release(about, [_rows_of_communes(about, moves.standing, None)])
        pinned = find_pinned_communes([*ledger, release])
        if not pinned:
            return moves
        leaving = standing.pool - moves.standing.pool
        staying |= (pinned & leaving) or leaving
    raise ReleaseRefused("audit", "the sizes of communes in the pooled row could be worked out")


def _release(about: About, tables: Sequence[ReleasedTable]) -> Release:
    return Release(
        about.round,
        about.number,
        about.kind,
        about.as_of,
        K,
        about.content_version,
        tuple(tables),
        about.leaves_out_floods,
    )


def _rows_of_communes(about: About, standing: Standing, late: Tally | None) -> ReleasedTable:
    """T1: every commune, hidden or not, then the pooled and the late row."""
    rows = []
    for commune in about.communes:
        issued = standing.rows.get(commune)
        key = {"commune": commune}
        rows.append(_row(key, issued.tally, issued.as_of_release) if issued else ReleasedRow(key))
    if pooled := standing.rows.get(POOLED):
        rows.append(_row({"commune": POOLED}, pooled.tally, pooled.as_of_release, tuple(sorted(standing.pool))))
    if late is not None:
        rows.append(_row({"commune": LATE}, late, about.number))
    return ReleasedTable("T1", ("commune",), tuple(rows))


def _province(about: About, communes: ReleasedTable, total: Tally, ledger: Sequence[Release]) -> ReleasedTable:
    """T0: the sum of the issued rows (R7), as of the release in which one of them last moved."""
    has_moved = any(row.as_of_release == about.number for row in communes.rows)
    last = ledger[-1].province.as_of_release if ledger else None
    as_of = about.number if has_moved or last is None else last
    return ReleasedTable("T0", (), (_row({}, total, as_of),))


def _row(key: Mapping[str, str], tally: Tally, as_of_release: int, members: tuple[str, ...] = ()) -> ReleasedRow:
    return ReleasedRow(
        key,
        tally.n,
        as_of_release,
        passed_band(tally),
        total_band(tally),
        indicator_bands(tally),
        members,
    )


def _people(about: About, snapshot: Snapshot, moves: Moves, late: Tally | None) -> People:
    """Those who are in rows that stand issued, as far as they are still there; and those in the late row."""
    living: defaultdict[Cell, Tally] = defaultdict(Tally)
    for (commune, kind), tally in snapshot.sealed.items():
        living[Cell(_row_of(commune, moves.standing), kind)] += tally
    for (commune, kind), tally in snapshot.added.items():
        if commune in moves.moved:
            living[Cell(_row_of(commune, moves.standing), kind)] += tally
        elif late is not None:
            living[Cell(LATE, kind)] += tally
    rows = row_keys(moves.standing, has_late=late is not None)
    cells = finest(rows, Values(about.detail))
    if strangers := living.keys() - set(cells):
        raise ReleaseRefused("audit", f"no table has a place for {min(strangers).kind}")
    alive: defaultdict[str, int] = defaultdict(int)
    for cell, tally in living.items():
        alive[cell.row] += tally.n
    issued = {key: row.tally for key, row in moves.standing.rows.items()}
    if late is not None:
        issued[LATE] = late
    known = {key: Row(issued[key], has_removed=alive[key] < issued[key].n) for key in rows}
    return People(cells, living, known)


def _row_of(commune: str, standing: Standing) -> str:
    return POOLED if commune in standing.pool else commune
