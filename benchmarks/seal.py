"""A seal among a million ballots: counting, the decision with its audit, the files, the whole; and a download."""

import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from math import exp
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, TypeVar

import psycopg

from benchmarks.databases import postgresql_database, sqlite_database
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from bot.housekeeping import shuffle
from bot.world_making import SIGMA, make_world
from content.read import read_handbook
from engine.ballots import FLUSH_FROM, Ballot
from engine.disclosure.catalogue import Kind
from engine.disclosure.pooling import Standing
from engine.disclosure.released import PROVINCE, Release, ReleaseKind
from engine.disclosure.sealing import About, Snapshot, seal
from engine.disclosure.tally import Tally
from engine.handbook import Handbook
from engine.state import day_of
from handlers.download_statistics import download
from handlers.release_files import Scope, everything, make_files
from handlers.rounds import open_round
from handlers.seal_round import SealOrder, content_version, seal_round
from handlers.staff import Access
from storage.ballots import Counted, count_by_kind, forget_order, mark_added, write_ballots
from storage.database import Database, Transaction
from storage.releases import ReleaseFile, load_adults, load_last_release, load_ledger, load_standing, save_adults
from storage.round_keys import RoundKeys
from storage.tables import SCORES, ballot

_YEAR = 2026
_FIRST_SEAL = datetime(_YEAR, 3, 1, 20, tzinfo=UTC)  # Monday 03:00 at home
_MOST_SEALS = 3  # measured on each database, beside the final one
_ADDED_PART = 50  # before each of them, one in so many ballots is new
_DOWNLOADS = 20  # make one measured value
_PEOPLE = 100  # made up for each commune; the ballots of all communes are drawn from all of them
_ADULTS = 15_000  # of a commune
_BATCH = 50_000
_KINDS: tuple[ReleaseKind, ...] = ("interim", "final")
_COLUMNS = ", ".join(column.name for column in ballot.columns)
_GROUPS = (
    f"SELECT commune, form, sex, age, count(*), {', '.join(f'sum({score})' for score in SCORES)}"
    f" FROM ballot WHERE round = {_YEAR} GROUP BY commune, form, sex, age"
)
_WORKBOOK = (
    "SELECT content FROM release_file WHERE round = {0.round} AND number = {0.number}"
    " AND unit = 'province' AND format = 'xlsx' AND language = 'vi'"
)

_Result = TypeVar("_Result")
_Row = tuple[Any, ...]


def measure(effort: Effort) -> list[Figure]:
    """On SQLite and on PostgreSQL. What knows no database, the decision and the files, is measured once."""
    handbook = read_handbook("son_la")
    with on_sqlite(handbook) as place:
        interim = begin_round(place, effort)
        figures = [*_adding_and_counting(place, effort), *_decisions_and_files(place, effort)]
        figures += [_decision_on_few(handbook, effort)]
        figures += [*_seals(place, effort, interim), *_downloads(place, effort)]
    with _on_postgresql(handbook) as place:
        interim = begin_round(place, effort)
        figures += _adding_and_counting(place, effort)
        figures += [*_seals(place, effort, interim), *_downloads(place, effort)]
    return figures


@dataclass(frozen=True, slots=True)
class Place:
    """A database with its driver's own connection, and ballots to be put into it."""

    name: str
    handbook: Handbook
    database: Database
    keys: RoundKeys
    driver: Any
    insert: Callable[[Any, Sequence[_Row]], None]
    ballots: Iterator[_Row]

    def run(self, work: Callable[[Transaction], _Result]) -> _Result:
        """Runs work in a transaction of its own."""
        with self.database.transaction() as transaction:
            return work(transaction)

    def add(self, many: int) -> None:
        """So many ballots more, not sealed yet."""
        for first in range(0, many, _BATCH):
            self.insert(self.driver, sorted(islice(self.ballots, min(_BATCH, many - first))))


@dataclass(frozen=True, slots=True)
class _Seal:
    """What one seal took: seconds in all, in its longest transaction, and to write the database anew after it."""

    seconds: float
    locked: float
    rewriting: float
    peak_mb: float


def begin_round(place: Place, effort: Effort) -> list[_Seal]:
    """A round with a first release; then the seals that are measured; new ballots wait at the end."""
    seals, added = min(effort.repetitions, _MOST_SEALS), effort.many_ballots // _ADDED_PART
    day, draw_bytes = day_of(_FIRST_SEAL), Random(1).randbytes
    place.run(partial(open_round, keys=place.keys, year=_YEAR, detail="fine", today=day, draw_bytes=draw_bytes))
    place.run(partial(save_adults, entered=dict.fromkeys(place.handbook.province.by_code, _ADULTS)))
    place.add(effort.many_ballots - (seals + 1) * added)
    _seal(place, 0, "interim", Scope([PROVINCE]))
    measured = []
    for week in range(1, seals + 1):
        place.add(added)
        measured.append(_seal(place, week, "interim", _scope(place, effort)))
    place.add(added)
    return measured


def _scope(place: Place, effort: Effort) -> Scope:
    return Scope(everything(place.handbook).units[: effort.release_units])


def _seal(place: Place, week: int, kind: ReleaseKind, scope: Scope) -> _Seal:
    now, locked = _FIRST_SEAL + timedelta(weeks=week), []

    def run(work: Callable[[Transaction], _Result]) -> _Result:
        seconds, result = _timed(partial(place.run, work))
        locked.append(seconds)
        return result

    order = SealOrder(_YEAR, kind, f"week {week}", "benchmark", scope=scope)
    _forget_peak()
    seconds, _ = _timed(partial(seal_round, run, place.handbook, place.keys, order, now, shuffle))
    peak_mb = _peak_mb()
    rewriting, _ = _timed(place.database.rewrite)
    return _Seal(seconds, max(locked), rewriting, peak_mb)


def _seals(place: Place, effort: Effort, interim: Sequence[_Seal]) -> list[Figure]:
    """Those that were measured, and the final one."""
    final = [_seal(place, len(interim) + 1, "final", _scope(place, effort))]
    whole = f"{effort.many_ballots:,} ballots, {effort.release_units} units"
    figures = []
    for kind, seals in zip(_KINDS, (interim, final), strict=True):
        name, peak_mb = f"{place.name}: {kind} seal", max(each.peak_mb for each in seals)
        figures += [
            Figure(f"{name}, {whole}", "s", [each.seconds for each in seals], memory_mb=peak_mb),
            Figure(f"{name}, its longest transaction", "s", [each.locked for each in seals]),
            Figure(f"{name}, the database written anew after it", "s", [each.rewriting for each in seals]),
        ]
    return figures


def _adding_and_counting(place: Place, effort: Effort) -> list[Figure]:
    flush = partial(_flush, ballots=place.ballots)
    (adding,) = _side_by_side(effort.repetitions, 1, partial(place.run, flush))
    ours, floor = _count(place), partial(_fetch, place, _GROUPS)
    measured, bare = _side_by_side(effort.repetitions, 1, partial(place.run, ours), floor)
    among = f"{effort.many_ballots:,} ballots"
    return [
        Figure(f"{place.name}: {FLUSH_FROM} ballots are written among {among}", "s", adding),
        Figure(
            f"{place.name}: counting {among} by kind",
            "s",
            measured,
            "the driver: count and sums by the same groups",
            bare,
        ),
    ]


def _flush(transaction: Transaction, ballots: Iterator[_Row]) -> None:
    """As `write_waiting` does every minute where enough people have finished."""
    new = [
        Ballot(tag, year, commune, form, sex, age, tuple(scores))
        for tag, year, commune, form, sex, age, *scores, _ in islice(ballots, FLUSH_FROM)
    ]
    write_ballots(transaction, new)
    forget_order(transaction)


def _count(place: Place) -> Callable[[Transaction], list[Counted]]:
    """As the next seal would; what it would add is marked."""
    number = len(place.run(partial(load_ledger, round_=_YEAR))) + 1
    place.run(partial(mark_added, round_=_YEAR, release=number))
    marks = {commune.code: commune.pass_mark for commune in place.handbook.province.communes}
    minimum = place.handbook.criteria.indicator_minimum
    return partial(count_by_kind, round_=_YEAR, release=number, pass_marks=marks, minimum=minimum)


def _fetch(place: Place, statement: str) -> list[_Row]:
    rows: list[_Row] = place.driver.execute(statement).fetchall()
    return rows


def _decisions_and_files(place: Place, effort: Effort) -> list[Figure]:
    """What a seal does between its transactions, for an interim and for a final release."""
    handbook, scope = place.handbook, _scope(place, effort)
    ledger, adults = place.run(partial(load_ledger, round_=_YEAR)), place.run(load_adults)
    standing = place.run(partial(load_standing, round_=_YEAR, last=ledger[-1]))
    snapshot = _snapshot(place.run(_count(place)))
    version, communes = content_version(handbook), sorted(handbook.province.by_code)
    figures = []
    for kind in _KINDS:
        about = About(_YEAR, len(ledger) + 1, kind, date(_YEAR, 12, 1), version, "fine", communes)
        decide = partial(seal, about, snapshot, standing, ledger)
        (decided,) = _side_by_side(effort.repetitions, 1, decide)
        release = decide().release
        taken, files = _timed(partial(_files, handbook, release, adults, scope))
        what = f"its {len(files)} files, {effort.release_units} units, {len(handbook.languages)} languages"
        figures += [
            Figure(f"{kind} release: the decision with its audit", "s", decided),
            Figure(f"{kind} release: {what}", "s", [taken]),
            Figure(f"{kind} release: {what}", "MB", [sum(len(file.content) for file in files) / 1e6]),
        ]
    return figures


def _decision_on_few(handbook: Handbook, effort: Effort) -> Figure:
    """The audit has most to do where many cells are small; with a million ballots few are."""
    communes = sorted(handbook.province.by_code)
    added: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    for _, _, commune, form, sex, age, *scores, _ in islice(_made_up(communes), effort.few_ballots):
        added[commune, Kind(form, sex, age)] += Tally(1, min(sum(scores) // 70, 1), sum(scores), tuple(scores))
    about = About(_YEAR, 1, "final", date(_YEAR, 12, 1), content_version(handbook), "fine", communes)
    taken, _ = _timed(partial(seal, about, Snapshot({}, added), Standing({}, frozenset()), []))
    return Figure(f"final release of {effort.few_ballots:,} ballots: the decision with its audit", "s", [taken])


def _files(handbook: Handbook, release: Release, adults: Mapping[str, int], scope: Scope) -> list[ReleaseFile]:
    return list(make_files(handbook, release, adults, scope))


def _snapshot(counted: Sequence[Counted]) -> Snapshot:
    sealed: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    added: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    for each in counted:
        (added if each.is_added else sealed)[each.commune, each.kind] += each.tally
    return Snapshot(sealed, added)


def _downloads(place: Place, effort: Effort) -> list[Figure]:
    """The province's workbook of the final release, in a transaction of its own; audited."""
    release = place.run(load_last_release)
    if release is None:
        raise RuntimeError("there is no release")

    def ours(transaction: Transaction, of: Release | None = release) -> bytes:
        of = of or load_last_release(transaction) or release
        return download(transaction, of, Access(0, PROVINCE, "benchmark"), "xlsx", "vi", _FIRST_SEAL).content

    def bare() -> bytes:
        return bytes(_fetch(place, _WORKBOOK.format(release))[0][0])

    if place.run(ours) != bare():
        raise RuntimeError("the download is not what is stored")
    known, asked = partial(place.run, ours), partial(place.run, partial(ours, of=None))
    values = [
        [seconds * 1000 for seconds in each]
        for each in _side_by_side(effort.repetitions, _DOWNLOADS, known, asked, bare)
    ]
    what, floor = f"{place.name}: the province's workbook is downloaded", "the driver: the same bytes"
    return [
        Figure(what, "ms", values[0], floor, values[2]),
        Figure(f"{what}, the last release read first", "ms", values[1], floor, values[2]),
    ]


def _side_by_side(repetitions: int, times: int, *works: Callable[[], object]) -> list[list[float]]:
    """Seconds of each work, one after another in every repetition; a value is the median of so many times."""
    values: list[list[float]] = [[] for _ in works]
    for _ in range(repetitions):
        for work, seen in zip(works, values, strict=True):
            seen.append(median(_timed(work)[0] for _ in range(times)))
    return values


def _timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    """The most that this process held since the peak was forgotten."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _made_up(communes: Sequence[str]) -> Iterator[_Row]:
    """Ballots without end: people of a made-up world, in communes of log-normal size."""
    dice = Random(1)
    sizes = [exp(dice.gauss(0, SIGMA)) for _ in communes]
    acts = [act for act in make_world(communes, _PEOPLE, 1, seed=1) if act.act == "submit"]
    people = [(act.form, act.sex, act.age, *act.scores) for act in acts]
    while True:
        drawn = zip(dice.choices(communes, sizes, k=_BATCH), dice.choices(people, k=_BATCH), strict=True)
        for commune, person in drawn:
            yield dice.randbytes(32), _YEAR, commune, *person, None


@contextmanager
def on_sqlite(handbook: Handbook) -> Iterator[Place]:
    with (
        tempfile.TemporaryDirectory(prefix="hoctap-bench-") as folder,
        sqlite_database() as (database, file),
        closing(sqlite3.connect(file, isolation_level=None)) as driver,
    ):
        ballots = _made_up(list(handbook.province.by_code))
        yield Place("SQLite", handbook, database, RoundKeys(Path(folder)), driver, _insert, ballots)


@contextmanager
def _on_postgresql(handbook: Handbook) -> Iterator[Place]:
    with (
        tempfile.TemporaryDirectory(prefix="hoctap-bench-") as folder,
        postgresql_database("seal") as (database, url),
        psycopg.connect(url, autocommit=True) as driver,
    ):
        ballots = _made_up(list(handbook.province.by_code))
        yield Place("PostgreSQL", handbook, database, RoundKeys(Path(folder)), driver, _copy, ballots)


def _insert(driver: sqlite3.Connection, ballots: Sequence[_Row]) -> None:
    driver.execute("BEGIN")
    marks = ", ".join("?" * len(ballot.columns))
    driver.executemany(f"INSERT INTO ballot ({_COLUMNS}) VALUES ({marks})", ballots)
    driver.execute("COMMIT")


def _copy(driver: psycopg.Connection, ballots: Sequence[_Row]) -> None:
    with driver.cursor().copy(f"COPY ballot ({_COLUMNS}) FROM STDIN".encode()) as copy:
        for each in ballots:
            copy.write_row(each)
