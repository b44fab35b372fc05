"""The sender of one process, in virtual time: a real ledger in memory, and a messenger that does as it is told."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar, cast

import pytest
from aiogram.exceptions import (
    AiogramError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe
from aiogram.types import BufferedInputFile

from channels.door import Door
from channels.telegram.deliveries import Deliveries
from channels.telegram.limits import Limits
from channels.telegram.lines import Lines
from channels.telegram.pushing import PATIENCE_SECONDS, Pushing
from engine.campaigns.audience import AudienceRule
from engine.campaigns.hours import DECENT
from engine.campaigns.ledger import Counts, Key, Outcome
from engine.messages import AttachmentKind, File
from engine.pacing import Lane, Pace
from engine.state import HOME_ZONE, Unreachable
from handlers.deliver import Parcel, exchange
from handlers.reachability import move_account, note_reachability
from handlers.senders import LEASE_SECONDS, give_back, keep_sender, leave_senders
from storage.campaigns import load_campaign, save_campaign
from storage.database import Database, Transaction, open_database
from tests.campaigns import TEXT, add_officer, add_people, approved, check_sums, run, state_of, tend
from tests.chats import handbook
from tests.virtual_time import run_in_virtual_time

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)
"""Nine o'clock at home."""
EVENING = MORNING.replace(hour=13, minute=29, second=50)
"""Ten seconds before the hours end."""
DRAIN_SECONDS = 5.0
METHOD = GetMe()
"""Every error of aiogram names one."""
OFFICERS = AudienceRule(staff=("campaigns",))

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Left:
    """One message that left; it arrived, unless the messenger said otherwise."""

    at: datetime
    chat: int
    fields: Mapping[str, Any]


class Messenger:
    """Bot and session at once. `troubles`: what comes of the next messages to a chat; None: it arrives."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.seconds = 0.1
        self.troubles: dict[int, deque[AiogramError | None]] = defaultdict(deque)
        self.is_down = False
        self.asked_for_me = 0
        self.left: list[Left] = []
        self.arrived: list[Left] = []

    async def call(self, bot: Any, kind: Any, fields: Mapping[str, Any]) -> Any:
        left = Left(self._clock(), fields["chat_id"], fields)
        self.left.append(left)
        troubles = self.troubles[left.chat]
        trouble = troubles.popleft() if troubles else None
        await asyncio.sleep(self.seconds)
        if trouble is None and self.is_down:
            trouble = TelegramNetworkError(METHOD, "no answer in time")
        if trouble is not None:
            raise trouble
        self.arrived.append(left)
        return {"photo": [{"file_id": "small", "file_size": 1}, {"file_id": "large", "file_size": 9}]}

    async def __call__(self, method: Any, request_timeout: int) -> Any:
        assert isinstance(method, GetMe)
        self.asked_for_me += 1
        await asyncio.sleep(self.seconds)
        if self.is_down:
            raise TelegramNetworkError(method, "no answer in time")
        return {}


class LedgerDoor:
    """The door's side of sending, straight to the handlers. `lost`: names of calls whose answers are lost.

    With `is_gone` nothing reaches the database at all. `cannot_load` are kinds of files.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database = database
        self._clock = clock
        self.lost: deque[str] = deque()
        self.is_gone = False
        self.cannot_load: set[AttachmentKind] = set()
        self.loaded: list[AttachmentKind] = []

    async def _run(self, name: str, work: Callable[[Transaction], _Result]) -> _Result:
        await asyncio.sleep(0.01)
        if self.is_gone:
            raise OSError("the database is gone")
        done = run(self.database, work)
        check_sums(self.database)
        self._lose(name)
        return done

    def _lose(self, name: str) -> None:
        if self.lost and self.lost[0] == name:
            self.lost.popleft()
            raise OSError("the database's answer is lost")

    async def exchange(
        self, sender: str, outcomes: list[tuple[Key, Outcome]], room: int, turn: int
    ) -> list[Parcel]:
        now = self._clock()
        return await self._run("exchange", lambda t: exchange(t, handbook(), sender, outcomes, room, turn, now))

    async def give_back(self, sender: str, in_hand: set[Key], outcomes: list[tuple[Key, Outcome]]) -> None:
        now = self._clock()
        await self._run("give_back", lambda t: give_back(t, sender, in_hand, outcomes, now))

    async def keep_sender(self, sender: str) -> int:
        now = self._clock()
        return await self._run("keep_sender", lambda t: keep_sender(t, sender, now))

    async def leave_senders(self, sender: str) -> None:
        await self._run("leave_senders", lambda t: leave_senders(t, sender))

    async def note_reachability(self, channel: str, address: str, unreachable: Unreachable | None) -> None:
        await self._run("note", lambda t: note_reachability(t, channel, address, unreachable))

    async def move(self, channel: str, address: str, new_address: str) -> None:
        await self._run("move", lambda t: move_account(t, channel, address, new_address))

    async def attachment(self, channel: str, address: str, kind: AttachmentKind, person: int) -> File:
        await asyncio.sleep(0.01)
        self._lose("attachment")
        if kind in self.cannot_load:
            raise OSError("the database is gone")
        self.loaded.append(kind)
        return File(f"{kind}.png", "image/png", b"a file")


class World:
    """People, a campaign that is on its way to all of them, and what is needed to send it."""

    def __init__(self, database: Database, people: int, began: datetime, pace: Pace, **campaign: Any) -> None:
        """`files`: what a notice encloses; then all of them are officers."""
        self.database = database
        self._loop = asyncio.get_running_loop()
        self._zero = began - timedelta(seconds=self._loop.time())
        self.messenger = Messenger(self.clock)
        self.door = LedgerDoor(database, self.clock)
        self.lines = Lines()
        self.limits = Limits(pace)
        self.limits.share(pace.per_second)
        door, bot = cast("Door", self.door), cast("Any", self.messenger)
        self.pushing = Pushing(bot, bot, door, self.limits, self.lines)
        accounts = add_people(database, range(1, people + 1), began)
        if files := campaign.pop("files", ()):
            for account in accounts:
                add_officer(database, account)
            notice = {"kind": "notice", "message": replace(TEXT, documents=files), "audience": OFFICERS}
            campaign |= notice
        self.number = approved(database, began, **campaign)
        self.tend()

    def clock(self) -> datetime:
        return self._zero + timedelta(seconds=self._loop.time())

    async def pass_the_night(self) -> None:
        """The first minutes after the hours, and the last one before they begin again."""
        await asyncio.sleep(120)
        self._zero += DECENT.next_opening(self.clock()) - timedelta(seconds=60) - self.clock()

    def send(self, name: str = "a") -> Deliveries:
        return Deliveries(self.pushing, cast("Door", self.door), self.clock, name)

    def tend(self) -> None:
        tend(self.database, handbook(), self.clock())

    async def until_done(self) -> None:
        """Until the campaign is over, or some minutes have passed."""
        until = self.clock() + timedelta(minutes=5)
        while self.clock() < until:
            await asyncio.sleep(1)
            self.tend()
            if state_of(self.database, self.number).state == "done":
                break

    @property
    def counts(self) -> Counts:
        return state_of(self.database, self.number).counts

    @property
    def copies(self) -> Counter[int]:
        """Chat → how many arrived there."""
        return Counter(each.chat for each in self.messenger.arrived)

    def check_one_each(self, people: int) -> None:
        """Everybody has one copy, and the ledger says so."""
        assert self.copies == Counter(range(1, people + 1))
        assert self.counts == Counts(sent=people)


@pytest.fixture
def database() -> Iterator[Database]:
    opened = open_database("sqlite://")
    yield opened
    opened.close()


Play = Callable[[World], Awaitable[None]]


def play(
    database: Database,
    people: int,
    story: Play,
    began: datetime = MORNING,
    pace: Pace | None = None,
    **campaign: Any,
) -> None:
    async def main() -> None:
        world = World(database, people, began, pace or Pace(), **campaign)
        await story(world)
        await world.pushing.close()

    run_in_virtual_time(main())


def too_early(seconds: int) -> TelegramRetryAfter:
    return TelegramRetryAfter(METHOD, "Too Many Requests", seconds)


def server_error() -> TelegramServerError:
    return TelegramServerError(METHOD, "Bad Gateway")


def test_each_gets_one_copy_at_the_rate_of_campaigns(database: Database) -> None:
    async def story(world: World) -> None:
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(200)
        times = [each.at for each in world.messenger.left]
        assert all(
            later - earlier >= timedelta(seconds=1) for earlier, later in zip(times, times[30:], strict=False)
        )
        assert times[-1] - times[0] < timedelta(seconds=12)

    play(database, 200, story)


# ---- the hours ---------------------------------------------------------------------------------------------------


def test_what_was_told_to_wait_beyond_the_closing_goes_on_next_morning(database: Database) -> None:
    async def story(world: World) -> None:
        world.messenger.troubles[3].append(too_early(60))
        sender = world.send()
        await world.pass_the_night()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(300)
        assert all(DECENT.is_open(each.at) for each in world.messenger.left)
        mornings = Counter(each.at.astimezone(HOME_ZONE).date().day for each in world.messenger.arrived)
        assert mornings[1] < 100
        assert mornings[2] > 200

    play(database, 300, story, EVENING)


def test_not_one_leaves_after_the_hours_however_late_it_was_claimed(database: Database) -> None:
    async def story(world: World) -> None:
        world.messenger.seconds = 3
        sender = world.send()
        await world.pass_the_night()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(100)
        assert all(DECENT.is_open(each.at) for each in world.messenger.left)
        assert world.messenger.left[-1].at.day > world.messenger.left[0].at.day

    play(database, 100, story, EVENING)


def test_an_enclosure_does_not_come_at_night_either(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    async def story(world: World) -> None:
        world.messenger.troubles[1] += [None, too_early(60)]
        sender = world.send()
        await asyncio.sleep(120)
        await sender.end(DRAIN_SECONDS)
        assert world.counts == Counts(sent=1)
        assert len(world.messenger.left) == 2
        assert len(world.messenger.arrived) == 1

    play(database, 1, story, EVENING, files=("statistics_xlsx", "statistics_pdf"))
    assert "action=telegram_enclose failed=_TooLate" in caplog.text


# ---- what a sender that stops leaves behind ----------------------------------------------------------------------


def test_who_stops_writes_down_what_arrived_what_may_have_and_what_never_left(database: Database) -> None:
    async def story(world: World) -> None:
        sender = world.send()
        await asyncio.sleep(1.5)
        world.messenger.seconds = DRAIN_SECONDS + 1
        await asyncio.sleep(1)
        await sender.end(DRAIN_SECONDS)
        arrived, on_their_way = (
            len(world.messenger.arrived),
            len(world.messenger.left) - len(world.messenger.arrived),
        )
        assert arrived > 0
        assert on_their_way > 0
        assert world.counts == Counts(planned=100 - arrived - on_their_way, sent=arrived, in_doubt=on_their_way)

    play(database, 100, story)


def test_what_waits_for_its_turn_stays(database: Database) -> None:
    """The messenger wants nothing for a while, and just then the process is stopped: nobody is in doubt."""

    async def story(world: World) -> None:
        async with world.lines.turn_of(2):
            sender = world.send()
            await asyncio.sleep(0.5)
            assert world.counts == Counts(claimed=1, sent=2)
            await sender.end(DRAIN_SECONDS)
            assert world.counts == Counts(planned=1, sent=2)
        await asyncio.sleep(1)
        assert world.copies == Counter([1, 3])

    play(database, 3, story)


def test_the_next_sender_goes_on(database: Database) -> None:
    async def story(world: World) -> None:
        for name in "abcdef":
            sender = world.send(name)
            await asyncio.sleep(1.3)
            await sender.end(DRAIN_SECONDS)
        await world.until_done()
        world.check_one_each(100)

    play(database, 100, story)


# ---- a ledger that does not answer -------------------------------------------------------------------------------


def test_what_was_claimed_in_a_lost_answer_is_planned_again(database: Database) -> None:
    async def story(world: World) -> None:
        world.door.lost += ["exchange", "give_back", "exchange", "exchange", "give_back", "give_back"]
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        assert not world.door.lost
        world.check_one_each(100)

    play(database, 100, story)


@pytest.mark.parametrize("seconds", [2, 30])
def test_while_the_ledger_is_away_little_leaves_and_nothing_twice(database: Database, seconds: int) -> None:
    async def story(world: World) -> None:
        sender = world.send()
        await asyncio.sleep(2.05)
        world.door.is_gone = True
        had_left = len(world.messenger.left)
        await asyncio.sleep(seconds)
        assert len(world.messenger.left) <= had_left + 25
        world.door.is_gone = False
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(200)

    play(database, 200, story)


def test_without_a_lease_nothing_leaves(database: Database) -> None:
    """It has copies that could not leave yet; meanwhile others take it for dead. Then it is heard of again."""

    async def story(world: World) -> None:
        async with world.lines.turn_of(1), world.lines.turn_of(2):
            sender = world.send()
            await asyncio.sleep(0.5)
            assert world.counts == Counts(claimed=2, sent=1)
            world.door.is_gone = True
            await asyncio.sleep(LEASE_SECONDS + 1)
            assert run(database, lambda t: keep_sender(t, "other", world.clock())) == 2
            assert world.counts == Counts(in_doubt=2, sent=1)
        await asyncio.sleep(1)
        assert world.copies == Counter([3])
        world.door.is_gone = False
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(3)

    play(database, 3, story)


def test_who_stops_while_the_ledger_is_away_leaves_its_copies_in_doubt(database: Database) -> None:
    async def story(world: World) -> None:
        world.messenger.seconds = 2
        sender = world.send()
        await asyncio.sleep(1)
        world.door.is_gone = True
        await sender.end(DRAIN_SECONDS)
        world.door.is_gone = False
        claimed = world.counts.claimed
        assert 0 < claimed <= 25
        await asyncio.sleep(LEASE_SECONDS + 1)
        other = world.send("other")
        await world.until_done()
        await other.end(DRAIN_SECONDS)
        assert world.counts == Counts(sent=60 - claimed, in_doubt=claimed)
        assert max(world.copies.values()) == 1

    play(database, 60, story)


# ---- what the messenger says -------------------------------------------------------------------------------------


def test_an_open_answer_is_never_followed_by_a_second_copy_and_costs_what_was_on_its_way(
    database: Database,
) -> None:
    async def story(world: World) -> None:
        sender = world.send()
        await asyncio.sleep(3.05)
        world.messenger.is_down = True
        await asyncio.sleep(60)
        assert world.counts.in_doubt <= 25
        world.messenger.is_down = False
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        counts = world.counts
        assert counts == Counts(sent=200 - counts.in_doubt, in_doubt=counts.in_doubt)
        assert counts.in_doubt > 0
        assert max(world.copies.values()) == 1
        assert Counter(each.chat for each in world.messenger.left).most_common(1)[0][1] == 1

    play(database, 200, story)


def test_after_a_server_error_the_messenger_is_asked_before_anything_else_leaves(database: Database) -> None:
    async def story(world: World) -> None:
        world.messenger.troubles[7].append(server_error())
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        assert world.messenger.asked_for_me == 1
        assert world.counts == Counts(sent=99, in_doubt=1)
        assert world.copies == Counter({*range(1, 101)} - {7})

    play(database, 100, story)


def test_a_429_counts_as_nothing_and_all_wait(database: Database) -> None:
    async def story(world: World) -> None:
        world.messenger.troubles[5] += [too_early(20), too_early(5)]
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(60)
        times = sorted(each.at for each in world.messenger.left)
        gaps = sorted(later - earlier for earlier, later in pairwise(times))
        assert gaps[-1] >= timedelta(seconds=20)
        assert gaps[-2] >= timedelta(seconds=5)

    play(database, 60, story)


@pytest.mark.parametrize("is_noted", [True, False])
def test_who_cannot_be_reached_is_told_apart_even_if_that_cannot_be_noted(
    database: Database, is_noted: bool
) -> None:
    async def story(world: World) -> None:
        world.messenger.troubles[1].append(TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"))
        world.door.lost += [] if is_noted else ["note"]
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        assert world.counts == Counts(sent=1, unreachable=1)
        assert not world.door.lost

    play(database, 2, story)


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_chat_that_has_moved_gets_it_where_it_is_now(database: Database, is_noted: bool) -> None:
    async def story(world: World) -> None:
        moved = TelegramMigrateToChat(METHOD, "Bad Request", -100_5)
        world.messenger.troubles[1] += [moved, moved]
        world.door.lost += [] if is_noted else ["move"]
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        assert world.copies == Counter([-100_5, 2])
        assert world.counts == Counts(sent=2)

    play(database, 2, story)


# ---- pictures and enclosures -------------------------------------------------------------------------------------


def test_a_picture_is_uploaded_once_and_then_goes_by_its_name(database: Database) -> None:
    async def story(world: World) -> None:
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(40)
        first, *others = [each.fields["photo"] for each in world.messenger.left]
        assert isinstance(first, BufferedInputFile)
        assert set(others) == {"large"}
        assert world.door.loaded == ["campaign_picture"]

    play(database, 40, story, message=replace(TEXT, picture=1))


def test_what_cannot_be_loaded_has_not_left_and_comes_later(database: Database) -> None:
    async def story(world: World) -> None:
        world.door.lost += ["attachment"] * 3
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(10)

    play(database, 10, story, message=replace(TEXT, picture=1))


def test_enclosures_follow_their_copy(database: Database) -> None:
    async def story(world: World) -> None:
        world.messenger.troubles[1] += [None, too_early(3)]
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        assert [each.fields["document"].filename for each in world.messenger.arrived if each.chat == 1] == [
            "statistics_xlsx.png",
            "statistics_pdf.png",
        ]
        assert world.counts == Counts(sent=2)

    play(database, 2, story, files=("statistics_xlsx", "statistics_pdf"))


@pytest.mark.parametrize("trouble", [server_error(), "cannot be loaded"])
def test_a_copy_whose_enclosure_fails_has_arrived(database: Database, trouble: AiogramError | str) -> None:
    async def story(world: World) -> None:
        if isinstance(trouble, AiogramError):
            world.messenger.troubles[1] += [None, trouble]
        else:
            world.door.cannot_load.add("statistics_pdf")
        sender = world.send()
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        assert world.counts == Counts(sent=1)
        assert world.copies == Counter([1])

    play(database, 1, story, files=("statistics_xlsx", "statistics_pdf"))


# ---- people who wait for an answer -------------------------------------------------------------------------------


def test_a_copy_that_cannot_leave_does_not_stand_in_the_way_of_an_answer(database: Database) -> None:
    """Answers take the whole rate for a minute, and the copy for somebody who asks meanwhile would leave last."""

    async def story(world: World) -> None:
        for _ in range(Pace().chat_burst):
            async with world.limits.slot(1, Lane.ANSWER):
                pass
        sender = world.send()
        await asyncio.sleep(0.5)
        assert world.counts.claimed == 1
        crowd = asyncio.create_task(_answer_others(world.limits, for_seconds=60))
        await asyncio.sleep(0.5)
        asked_at = world.clock()
        async with world.lines.turn_of(1), world.limits.slot(1, Lane.ANSWER):
            assert world.clock() - asked_at < timedelta(seconds=PATIENCE_SECONDS + 5)
        await crowd
        await world.until_done()
        await sender.end(DRAIN_SECONDS)
        world.check_one_each(1)

    play(database, 1, story)


async def _answer_others(limits: Limits, for_seconds: float) -> None:
    """More people than can be answered, for so long."""
    loop = asyncio.get_running_loop()
    until = loop.time() + for_seconds

    async def answer(chat: int) -> None:
        while loop.time() < until:
            async with limits.slot(chat, Lane.ANSWER):
                await asyncio.sleep(0.05)

    await asyncio.gather(*map(answer, range(1000, 1100)))


# ---- what changes while copies wait ------------------------------------------------------------------------------


def test_nothing_leaves_after_a_pause_but_what_was_on_its_way(database: Database) -> None:
    async def story(world: World) -> None:
        sender = world.send()
        await asyncio.sleep(1.2)
        world.limits.close_for(30)
        await asyncio.sleep(1)
        run(database, lambda t: save_campaign(t, replace(load_campaign(t, world.number), state="paused")))
        had_left = len(world.messenger.left)
        await asyncio.sleep(60)
        assert len(world.messenger.left) == had_left
        assert world.counts.claimed == 0
        await sender.end(DRAIN_SECONDS)

    play(database, 100, story)


def test_two_senders_never_send_the_same(database: Database) -> None:
    async def story(world: World) -> None:
        senders = [world.send(name) for name in "ab"]
        world.door.lost += ["exchange", "exchange", "keep_sender", "exchange"]
        await world.until_done()
        for sender in senders:
            await sender.end(DRAIN_SECONDS)
        world.check_one_each(150)

    play(database, 150, story)
