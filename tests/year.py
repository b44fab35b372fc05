"""A village, its officer and a clock, for a whole year: all is real but the messenger and the time.

What happens is written into a diary. The clock jumps to the next moment at which something can happen; as long as
a message is on its way it stops every half hour, at night as well.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from engine.campaigns.audience import Progress, progress_of
from engine.campaigns.ledger import Key, Outcome
from engine.campaigns.life import Campaign, Kind
from engine.campaigns.message import visible
from engine.state import HOME_ZONE, State, day_of, round_of
from handlers.count_ballots import flush_ballots
from handlers.deliver import Parcel, exchange
from handlers.keep_calendar import REMINDED_AT, next_moments, plan_due
from handlers.reachability import note_reachability
from handlers.retention import let_go
from handlers.rounds import ensure_round
from handlers.senders import keep_sender
from storage.campaigns import load_campaign
from storage.database import open_database
from storage.round_keys import RoundKeys
from storage.states import load_state
from storage.tables import account, campaign, delivery
from tests.campaigns import check_sums, run, tend
from tests.chats import handbook

STANDINGS: dict[Progress, str] = {"not_started": "chưa làm", "half_way": "đang dở", "finished": "đã xong"}
HALF_HOUR = timedelta(minutes=30)
Act = Callable[["Year", "Person"], object]
Span = tuple[str, str]
"""From when until when."""


@dataclass(frozen=True)
class Person:
    """Somebody of the village; `name` is the address of their chat.

    `doings`: when ("2026-03-02 20:00"), in the diary's words, and what it is.
    """

    name: str
    about: str
    doings: Sequence[tuple[str, str, Act]]
    channel: str = "telegram"


class Arrival(NamedTuple):
    """A message that somebody got. `what` is the same every time and in every run; `progress` is their own."""

    at: datetime
    person: str
    kind: Kind
    what: str
    progress: Progress
    text: str


class Fate(NamedTuple):
    """What became of a message that somebody was meant to get."""

    person: str
    what: str
    title: str
    state: str
    reason: str | None


def home(written: str) -> datetime:
    """A moment as the clock at home shows it."""
    return datetime.fromisoformat(written).replace(tzinfo=HOME_ZONE)


def what_it_is(kind: str, key: str | None, title: str) -> str:
    """A message's name in every run: a reminder's key has the day besides, and a campaign's is its title."""
    if key is None:
        return title
    return key.partition(":")[0] if kind == "reminder" else key


class Year:
    """`asleep`: no process runs. `shifts`: its clock is wrong by so much. `down`: the messenger takes nothing.

    `killed`: when the process dies with one copy in its hands, and another one begins.
    """

    def __init__(
        self,
        folder: Path,
        people: Sequence[Person],
        *,
        asleep: Sequence[Span] = (),
        shifts: Sequence[tuple[Span, timedelta]] = (),
        down: Sequence[Span] = (),
        killed: Sequence[str] = (),
    ) -> None:
        self.people = {person.name: person for person in people}
        self.keys = RoundKeys(folder / "keys")
        self.database = open_database("sqlite://")
        self._lines: list[tuple[datetime, bool, str, str]] = []
        self.arrivals: list[Arrival] = []
        self.attempts: list[datetime] = []
        """When something left, whether it arrived or not."""
        self.shut: set[str] = set()
        """Who lets nothing through."""
        self.now = datetime.min.replace(tzinfo=HOME_ZONE)
        self._doings = sorted(
            ((home(at), person, words, act) for person in people for at, words, act in person.doings),
            key=lambda each: each[0],
        )
        self._asleep, self._down = _moments(asleep), _moments(down)
        self._shifts = list(zip(_moments([span for span, _ in shifts]), [by for _, by in shifts], strict=True))
        self._killed = [home(at) for at in killed]
        self._processes = 0
        self._kept_on: date | None = None

    # ---- time ---------------------------------------------------------------------------------------------

    def live(self, since: str, until: str) -> None:
        """From one moment to another."""
        moment, end = home(since), home(until)
        while moment <= end:
            self.now = moment + sum((by for span, by in self._shifts if _is_in([span], moment)), timedelta(0))
            if not _is_in(self._asleep, moment):
                self._do_what_is_due(moment)
                self._wake(moment)
            moment = self._next(moment)
        check_sums(self.database)

    def _next(self, moment: datetime) -> datetime:
        spans = [*self._asleep, *self._down, *(span for span, _ in self._shifts)]
        reminded_at = datetime.combine(moment.date(), REMINDED_AT, HOME_ZONE)
        tomorrow = moment + timedelta(days=1)
        later = [reminded_at, reminded_at + timedelta(days=1), *next_moments(handbook(), moment, tomorrow)]
        later += [at for at, *_ in self._doings] + [end for span in spans for end in span] + self._killed
        if self._is_busy():
            midnight = datetime.combine(moment.date(), time(0), HOME_ZONE)
            later.append(midnight + ((moment - midnight) // HALF_HOUR + 1) * HALF_HOUR)
        return min(each for each in later if each > moment)

    def _is_busy(self) -> bool:
        on_its_way = select(campaign.c.id).where(campaign.c.planned + campaign.c.claimed > 0).limit(1)
        return (
            run(self.database, lambda transaction: transaction.connection.execute(on_its_way).first()) is not None
        )

    def _do_what_is_due(self, moment: datetime) -> None:
        while self._doings and self._doings[0][0] <= moment:
            _, person, words, act = self._doings.pop(0)
            self._lines.append((self.now, False, person.name, f"{person.name} {words}."))
            act(self, person)

    # ---- the process --------------------------------------------------------------------------------------

    def _wake(self, moment: datetime) -> None:
        """All that the scheduler and the sender of a process do at a moment."""
        if day_of(self.now) != self._kept_on:
            self._keep_house()
        run(self.database, partial(plan_due, handbook=handbook(), now=self.now))
        tend(self.database, handbook(), self.now)
        if moment in self._killed:
            self._die()
        if self._is_busy():
            self._send(is_down=_is_in(self._down, moment))
            tend(self.database, handbook(), self.now)

    def _keep_house(self) -> None:
        """Once a day."""
        now, shuffle = self.now, random.Random(1).shuffle
        draw_bytes = random.Random(round_of(now)).randbytes
        run(self.database, partial(ensure_round, keys=self.keys, now=now, draw_bytes=draw_bytes))
        run(self.database, partial(flush_ballots, keys=self.keys, now=now, shuffle=shuffle))
        while run(self.database, partial(let_go, now=now)):
            pass
        self._kept_on = day_of(now)

    def _die(self) -> None:
        """With one copy in its hands. Its successor finds that its lease has ended."""
        run(self.database, partial(keep_sender, sender=self._sender, now=self.now))
        self._exchange([], room=1)
        self._processes += 1
        self.now += timedelta(minutes=1)
        run(self.database, partial(keep_sender, sender=self._sender, now=self.now))

    @property
    def _sender(self) -> str:
        return f"process {self._processes}"

    def _send(self, *, is_down: bool) -> None:
        outcomes: list[tuple[Key, Outcome]] = []
        while parcels := self._exchange(outcomes, room=50):
            outcomes = [(parcel.key, Outcome("planned") if is_down else self._push(parcel)) for parcel in parcels]
            if is_down:
                self._exchange(outcomes, room=0)
                return

    def _exchange(self, outcomes: list[tuple[Key, Outcome]], room: int) -> list[Parcel]:
        now, sender = self.now, self._sender
        work = partial(exchange, handbook=handbook(), sender=sender, outcomes=outcomes, room=room, turn=1, now=now)
        parcels = run(self.database, work)
        self.attempts += [now] * len(parcels)
        return parcels

    # ---- the messenger ------------------------------------------------------------------------------------

    def _push(self, parcel: Parcel) -> Outcome:
        if parcel.address in self.shut:
            note = partial(note_reachability, channel="telegram", address=parcel.address, unreachable="blocked")
            run(self.database, note)
            return Outcome("unreachable", "blocked")
        self._arrive(parcel.address, parcel.key[0], visible(str(parcel.screens[0].html)))
        return Outcome("sent")

    def show(self, person: Person, work: Callable[..., object]) -> None:
        """Somebody comes by themselves: what had waited for them has arrived, says the ledger."""
        before = self._shown(person)
        run(self.database, work)
        for number in sorted(self._shown(person) - before):
            self._arrive(person.name, number, "")

    def _shown(self, person: Person) -> set[int]:
        query = (
            select(delivery.c.campaign_id)
            .join(account, account.c.id == delivery.c.account_id)
            .where(account.c.address == person.name, delivery.c.state == "sent")
        )
        return run(self.database, lambda transaction: set(transaction.connection.execute(query).scalars()))

    def _arrive(self, name: str, number: int, text: str) -> None:
        sent: Campaign = run(self.database, partial(load_campaign, number=number))
        state = self.state_of(name)
        title = handbook().speak(state.account.language).content(sent.title)
        what = what_it_is(sent.kind, sent.key, sent.title)
        session = state.sessions.get((state.account.person, False))
        progress = progress_of(state.account, session, self.now)
        self.arrivals.append(Arrival(self.now, name, sent.kind, what, progress, text))
        standing = "cán bộ" if state.staff else STANDINGS[progress]
        if session:
            standing += f", xong {len(session.answers)} câu"
        self._lines.append((self.now, True, name, f"→ {name} ({standing}): {title}"))

    # ---- looking back -------------------------------------------------------------------------------------

    @property
    def diary(self) -> list[tuple[datetime, str]]:
        """What happened; at one moment first what people did, then what they got, in the order of their list."""
        order = list(self.people)
        lines = sorted(self._lines, key=lambda line: (line[0], line[1], order.index(line[2])))
        return [(at, words) for at, _, _, words in lines]

    def state_of(self, name: str) -> State:
        """A person's account."""
        load = partial(load_state, channel=self.people[name].channel, address=name, for_change=False)
        state = run(self.database, load)
        assert state
        return state

    def fates(self) -> list[Fate]:
        """The ledgers of all campaigns."""
        about = (campaign.c.kind, campaign.c.key, campaign.c.title)
        query = (
            select(account.c.address, delivery.c.state, delivery.c.reason, *about)
            .join_from(delivery, campaign)
            .join(account, account.c.id == delivery.c.account_id)
            .order_by(account.c.id, campaign.c.id)
        )
        rows = run(self.database, lambda transaction: transaction.connection.execute(query).all())
        return [Fate(row[0], what_it_is(row[3], row[4], row[5]), row[5], row[1], row[2]) for row in rows]


def _moments(spans: Sequence[Span]) -> list[tuple[datetime, datetime]]:
    return [(home(begins), home(ends)) for begins, ends in spans]


def _is_in(spans: Sequence[tuple[datetime, datetime]], moment: datetime) -> bool:
    return any(begins <= moment < ends for begins, ends in spans)
