"""Seals a round: counts its ballots, decides what may be said, makes the files, publishes.

In three steps, so that no turn waits for the audit: a short transaction that marks and counts; the decision and the
files, outside; a short transaction that publishes. Interrupted anywhere, nothing is published and the next seal
begins again.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from engine.ballots import RESULT_STAYS
from engine.disclosure.catalogue import Kind
from engine.disclosure.pooling import Standing
from engine.disclosure.released import Release, ReleaseKind
from engine.disclosure.sealing import About, Sealed, Snapshot, seal
from engine.disclosure.tally import Tally
from engine.errors import ReleaseRefused, SealOvertaken
from engine.handbook import Handbook, version_key
from engine.state import HOME_ZONE, day_of
from handlers.count_ballots import Shuffle, write_waiting
from handlers.release_files import Scope, everything, make_files
from handlers.rounds import HOW_TO_RELEASE_AGAIN
from storage.ballots import Counted, count_by_kind, mark_added, unmark_unmoved
from storage.database import Transaction
from storage.releases import (
    ReleaseFile,
    load_adults,
    load_ledger,
    load_standing,
    save_files,
    save_release,
)
from storage.round_keys import RoundKeys
from storage.rounds import Round, change_round, lock_round
from storage.staff import write_audit

SEAL_HOUR = 3
"""Of Monday, at home: while people sleep."""

_Result = TypeVar("_Result")


class Run(Protocol):
    """Runs work in a transaction, and returns when it is committed."""

    def __call__(self, work: Callable[[Transaction], _Result]) -> _Result: ...


@dataclass(frozen=True, slots=True)
class SealOrder:
    """Which round to seal, and how. `token` is a word nobody else has: of two seals at once only one publishes.

    `by_schedule` may follow another seal of the same day. `scope` None: all files. `after` is how many releases the
    round had when the seal was found due: whoever slept since then, while another process sealed, seals no more.
    """

    year: int
    kind: ReleaseKind
    token: str
    who: str
    by_schedule: bool = False
    scope: Scope | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class _Begun:
    about: About
    snapshot: Snapshot
    standing: Standing
    ledger: Sequence[Release]
    adults: Mapping[str, int]


def seal_round(
    run: Run, handbook: Handbook, keys: RoundKeys, order: SealOrder, now: datetime, shuffle: Shuffle
) -> Release:
    """The new release. ReleaseRefused if it is not due or cannot be proved safe: the last one stays, and the
    audit says why. SealOvertaken if another process is at it, or was."""
    try:
        begun = run(partial(_begin, handbook=handbook, keys=keys, order=order, now=now, shuffle=shuffle))
        sealed = seal(begun.about, begun.snapshot, begun.standing, begun.ledger)
    except SealOvertaken:
        raise
    except ReleaseRefused as refused:
        about = f"round {order.year}: {refused}"
        run(lambda transaction: write_audit(transaction, now, order.who, "release_refused", about))
        raise
    scope = order.scope or everything(handbook)
    files = list(make_files(handbook, sealed.release, begun.adults, scope, begun.ledger))
    run(partial(_publish, order=order, sealed=sealed, files=files, now=now))
    return sealed.release


def _begin(
    transaction: Transaction,
    handbook: Handbook,
    keys: RoundKeys,
    order: SealOrder,
    now: datetime,
    shuffle: Shuffle,
) -> _Begun:
    this = lock_round(transaction, order.year)
    ledger = load_ledger(transaction, order.year)
    last = _check_due(this, ledger, order, day_of(now))
    stays = timedelta(0) if order.kind == "final" else RESULT_STAYS
    write_waiting(transaction, keys, order.year, now, shuffle, is_due=True, stays=stays)
    number = len(ledger) + 1
    mark_added(transaction, order.year, number)
    change_round(transaction, order.year, sealing=order.token)
    province = handbook.province
    pass_marks = {commune.code: commune.pass_mark for commune in province.communes}
    counted = count_by_kind(transaction, order.year, number, pass_marks, handbook.criteria.indicator_minimum)
    about = About(
        round=order.year,
        number=number,
        kind=order.kind,
        as_of=day_of(now),
        content_version=content_version(handbook),
        detail=last.detail,
        communes=sorted(province.by_code),
    )
    standing = load_standing(transaction, order.year, ledger[-1] if ledger else None)
    return _Begun(about, _snapshot(counted), standing, ledger, load_adults(transaction))


def _check_due(this: Round | None, ledger: Sequence[Release], order: SealOrder, today: date) -> Round:
    if this is None:
        raise ReleaseRefused("S1", f"there is no round {order.year}: hoctap round open {order.year}")
    if this.state == "closed" or (ledger and ledger[-1].kind == "final"):
        raise ReleaseRefused("S1", f"round {order.year} has its final release")
    if this.is_held:
        raise ReleaseRefused("S7", f"the database was restored: {HOW_TO_RELEASE_AGAIN} {order.year}")
    if this.state == "closing" and order.kind != "final":
        raise ReleaseRefused("S1", f"round {order.year} is being closed: hoctap round close {order.year}")
    if order.after is not None and len(ledger) != order.after:
        raise SealOvertaken
    if ledger and ledger[-1].as_of == today and order.kind == "interim" and not order.by_schedule:
        raise ReleaseRefused("S1", f"release {len(ledger)} was sealed today; the next one can be tomorrow")
    return this


def content_version(handbook: Handbook) -> str:
    """Which questions the answers are to: the newest version of the forms."""
    newest = max((form.version for form in handbook.forms.values()), key=version_key)
    return f"cdht-{newest}"


def _snapshot(counted: Sequence[Counted]) -> Snapshot:
    sealed: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    added: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    for each in counted:
        (added if each.is_added else sealed)[each.commune, each.kind] += each.tally
    return Snapshot(dict(sealed), dict(added))


def _publish(
    transaction: Transaction, order: SealOrder, sealed: Sealed, files: Sequence[ReleaseFile], now: datetime
) -> None:
    this, release = lock_round(transaction, order.year), sealed.release
    if this is None or this.sealing != order.token:
        raise SealOvertaken
    unmark_unmoved(transaction, order.year, release.number, sealed.moved)
    save_release(transaction, release, sealed.standing)
    save_files(transaction, release, files)
    change_round(transaction, order.year, sealing=None)
    write_audit(transaction, now, order.who, "release_sealed", f"round {order.year}, release {release.number}")


def is_seal_due(this: Round, last: Release | None, now: datetime) -> bool:
    """Whether the weekly seal of a round is due: from Monday 03:00 at home, if none was since."""
    here = now.astimezone(HOME_ZONE)
    monday = day_of(now) - timedelta(days=here.weekday())
    is_time = here.weekday() > 0 or here.hour >= SEAL_HOUR
    last_day = this.opened_on if last is None else last.as_of
    is_over = last is not None and last.kind == "final"
    return this.state == "open" and is_time and last_day < monday and not is_over
