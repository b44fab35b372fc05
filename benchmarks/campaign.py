"""A campaign to 900,000: its preview, its freezing, the way of each copy, the sender beside bare HTTP, the end."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import select

from benchmarks.bare_sender import BareCalls, send_bare
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.ledgers import (
    NOW,
    Place,
    drop_bare,
    freeze,
    freeze_bare,
    on_postgresql,
    on_sqlite,
    pass_on,
    pass_on_bare,
    tend,
    timed,
)
from benchmarks.message_api import message_api
from benchmarks.recipients import RULES
from benchmarks.sending import Sent, send, send_at_pace
from content.read import read_handbook
from engine.pacing import Pace
from engine.state import day_of
from handlers.campaigns import Desk
from storage.audiences import count_audience
from storage.tables import account, delivery

_ROOMS = (25, 100)  # copies in one exchange
_COPIES = 4_000  # make one measured value
_MOST_RUNS = 3  # of what takes seconds
_BARE_AT_ONCE = 25
_FASTER = 8  # than Telegram
_EVERYBODY = "everybody"
_COUNT = "SELECT count(*) FROM account WHERE consent_version IS NOT NULL"


def measure(effort: Effort) -> list[Figure]:
    """On SQLite and on PostgreSQL. At Telegram's own pace, which takes its time, on SQLite only."""
    handbook = read_handbook("son_la")
    with on_sqlite(handbook, effort.recipients) as place:
        figures = _on(place, effort, audiences=min(effort.repetitions, 2), faster=(1, _FASTER))
    with on_postgresql(handbook, effort.recipients) as place:
        figures += _on(place, effort, audiences=1, faster=(_FASTER,))
    return figures


def _on(place: Place, effort: Effort, audiences: int, faster: Sequence[int]) -> list[Figure]:
    figures = [_preview(place, effort, name) for name in RULES]
    first, bare_number, freezing = _freezing(place, effort, audiences)
    figures += freezing
    figures += [_exchange(place, effort, first, room) for room in _ROOMS]
    figures += [*_looks(place, effort, first), *_sender(place, effort)]
    for times in faster:
        figures += _steady(place, first, times, effort.steady_seconds / (2 if times > 1 else 1))
    return [*figures, *_ending(place, effort, first, bare_number)]


# ---- the audience --------------------------------------------------------------------------------------------


def _preview(place: Place, effort: Effort, name: str, when: str = "") -> Figure:
    count = partial(count_audience, rule=RULES[name], first_language="vi", today=day_of(NOW))
    works = partial(place.run, count), lambda: place.bare(_COUNT).fetchone()
    seconds = [[timed(work)[0] for work in works] for _ in range(min(effort.repetitions, _MOST_RUNS))]
    return Figure(
        f"{place.name}: preview among {effort.recipients:,}, {name}{when}",
        "s",
        [ours for ours, _ in seconds],
        "the driver: count(*) of who has agreed",
        [bare for _, bare in seconds],
    )


def _freezing(place: Place, effort: Effort, audiences: int) -> tuple[int, int, list[Figure]]:
    """The first campaign, which is on its way then, and one of the floor's, whose rows no sender sees."""
    frozen, bare, sizes = [], [], [place.size()]
    for _ in range(audiences):
        frozen.append(freeze(place))
        sizes.append(place.size())
        bare.append(timed(partial(freeze_bare, place)))
    for other in frozen[1:]:
        place.at_desk(partial(Desk.pause, number=other.number))
    what = f"{place.name}: an audience of {effort.recipients:,} is frozen"
    wholes = [sum(each.portions) for each in frozen]
    longest = [max(each.portions) * 1000 for each in frozen]
    floor = "the driver: the same rows, one INSERT … SELECT"
    each = (sizes[1] - sizes[0]) / effort.recipients
    figures = [
        Figure(what, "s", wholes, floor, [seconds for seconds, _ in bare]),
        Figure(f"{what}, longest transaction", "ms", longest),
        Figure(f"{place.name}: a recipient on the disk, with indexes", "bytes", [each]),
    ]
    return frozen[0].number, bare[0][1], figures


def _ending(place: Place, effort: Effort, number: int, bare_number: int) -> list[Figure]:
    """An officer cancels it."""
    cancelling, _ = timed(partial(place.at_desk, partial(Desk.cancel, number=number)))
    dropping = tend(place)
    bare, _ = timed(partial(drop_bare, place, bare_number))
    what = f"{place.name}: nearly all of {effort.recipients:,} copies are cancelled"
    floor = "the driver: all of such rows, one UPDATE"
    return [
        Figure(f"{what}, the officer's step", "ms", [cancelling * 1000]),
        Figure(f"{what} and dropped", "s", [sum(dropping)], floor, [bare]),
        Figure(f"{what} and dropped, longest transaction", "ms", [max(dropping) * 1000]),
    ]


# ---- the ledger ----------------------------------------------------------------------------------------------


def _looks(place: Place, effort: Effort, number: int) -> list[Figure]:
    """What officers look at while it is on its way."""
    figures = [_preview(place, effort, _EVERYBODY, ", while another campaign is on its way")]
    looks: dict[str, Callable[[Desk], object]] = {
        "what the campaign's screen says": lambda desk: (desk.campaign(number), desk.reasons(number)),
        "the whole ledger is counted": lambda desk: desk.recount(number),
    }
    for what, look in looks.items():
        taken = [timed(partial(place.at_desk, look))[0] * 1000 for _ in range(effort.repetitions)]
        figures.append(Figure(f"{place.name}: {what} among {effort.recipients:,} recipients", "ms", taken))
    return figures


def _exchange(place: Place, effort: Effort, number: int, room: int) -> Figure:
    """Nothing leaves."""
    times = max(1, min(_COPIES, effort.recipients // 100) // room)
    ours = partial(pass_on, place, room, times)
    bare = partial(pass_on_bare, place, number, room, times)
    values = [(_cpu_us(ours), _cpu_us(bare)) for _ in range(min(effort.repetitions, _MOST_RUNS))]
    return Figure(
        f"{place.name}: a copy is claimed, written and marked, {room} at once",
        "µs CPU",
        [each for each, _ in values],
        "the driver: such rows claimed and marked",
        [each for _, each in values],
    )


def _cpu_us(work: Callable[[], int]) -> float:
    """Processor time of this process for each copy."""
    began = time.process_time()
    copies = work()
    return (time.process_time() - began) / copies * 1e6


# ---- the sender ----------------------------------------------------------------------------------------------


def _sender(place: Place, effort: Effort) -> list[Figure]:
    """Without limits, beside an aiohttp client that posts the like."""
    ours: list[Sent] = []
    bare: list[BareCalls] = []
    for _ in range(min(effort.repetitions, _MOST_RUNS)):
        ours.append(send(place.data, place.settings, effort.messages))
        with message_api() as api:
            bare.append(send_bare(api.port, effort.messages // 4, _BARE_AT_ONCE))
    what, floor = f"{place.name}: the sender without limits", f"bare aiohttp, {_BARE_AT_ONCE} at once"
    return [
        Figure(what, "µs CPU/message", [each.cpu_us for each in ours], floor, [each.cpu_us for each in bare]),
        Figure(what, "messages/s", [each.per_second for each in ours], floor, [each.per_second for each in bare]),
        Figure(
            f"{what}, memory after {effort.messages:,} messages",
            "MB",
            [each.late_mb for each in ours],
            f"after {effort.messages // 10:,}",
            [each.early_mb for each in ours],
        ),
    ]


def _steady(place: Place, number: int, faster: int, seconds: float) -> list[Figure]:
    """Within the limits of the stand-in."""
    allowed = Pace().campaign_per_second * faster
    query = (
        select(account.c.address)
        .join_from(delivery, account)
        .where(delivery.c.campaign_id == number, delivery.c.state == "planned")
        .order_by(delivery.c.not_before, delivery.c.place)
        .limit(int(allowed * (seconds + 10)))
    )
    addresses = place.run(lambda transaction: list(transaction.connection.execute(query).scalars()))
    paced = send_at_pace(place.data, place.settings, addresses, faster, seconds)
    what = f"{place.name}: {seconds:.0f} s within the limits of Telegram" + (f" × {faster}" if faster > 1 else "")
    return [
        Figure(what, "messages/s", [paced.per_second], "what campaigns may have", [allowed]),
        Figure(f"{what}, of what they may have", "%", [paced.per_second / allowed * 100]),
        Figure(f"{what}, longest pause", "ms", [paced.longest_pause_ms]),
        Figure(f"{what}, most in a tenth of a second", "messages", [paced.most_in_a_tenth]),
    ]
