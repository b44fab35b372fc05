"""The only place where the real parts meet: handbook, database, runner, clock → the door for channels."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import TypeVar

from bot.runner import Chat, Runner, make_runner
from bot.settings import Settings
from channels.watch import Unwatched, Watch
from content.read import read_handbook
from engine.campaigns.ledger import Key, Outcome
from engine.handbook import Handbook
from engine.messages import AttachmentKind, File, Incoming, Screen
from engine.newcomers import NEWCOMERS_PER_MINUTE, Intake, is_flood_at, let_one_in
from engine.pacing import Share
from engine.state import Unreachable
from engine.texts import Texts
from handlers.attachments import load_for_attachment, make_attachment
from handlers.campaign_picture import load_campaign_picture
from handlers.converse import ACCOUNT_MADE, PROOF_NEEDED, Console, Reply, converse, greet, present, visit
from handlers.deliver import Parcel, exchange
from handlers.download_statistics import KINDS, download_from_chat
from handlers.in_force import read_in_force
from handlers.my_data import make_my_data
from handlers.reachability import move_account, note_reachability
from handlers.senders import give_back, keep_sender, leave_senders
from handlers.share_budget import leave_budget, share_budget
from handlers.voices import load_recording
from storage.database import Database, Transaction, open_database
from storage.round_keys import RoundKeys
from storage.states import load_state

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
_Result = TypeVar("_Result")

LANGUAGE_SECONDS = 1.0
"""So long an apology may take to find out in which language to say it."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class Hoctap:
    """The product without its channels; implements `channels.door.Door`."""

    def __init__(
        self,
        shipped: Handbook,
        runner: Runner,
        clock: Clock,
        keys: RoundKeys,
        web_url: str = "",
        in_force: Handbook | None = None,
        ffmpeg: str = "",
        choose: Callable[[str], str] = secrets.choice,
        watch: Watch | None = None,
        newcomers_per_minute: int = NEWCOMERS_PER_MINUTE,
    ) -> None:
        self._watch = watch or Unwatched()
        self._under_way = 0
        self._shipped = shipped
        self._handbook = in_force or shipped
        self._runner = runner
        self._clock = clock
        self._keys = keys
        self._web_url = web_url
        self._ffmpeg = ffmpeg
        self._console = Console(web_url, choose)
        self._newcomers_per_minute = newcomers_per_minute
        self._intake = Intake()
        self.sender = ""
        """The name by which this process holds the lease of a sender; empty while it does not send."""

    @property
    def watch(self) -> Watch:
        """Who counts what goes by."""
        return self._watch

    @property
    def under_way(self) -> int:
        """How much work has been given to the database and has not come back: what waits, and what is done."""
        return self._under_way

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self._clock

    @property
    def handbook(self) -> Handbook:
        """What is in force."""
        return self._handbook

    @property
    def ffmpeg(self) -> str:
        """The program that converts recordings; empty if there is none."""
        return self._ffmpeg

    @property
    def web_url(self) -> str:
        """The public address of the web chat; empty if there is none."""
        return self._web_url

    @property
    def languages(self) -> Mapping[str, Texts]:
        """The languages that citizens are offered, the first one first."""
        return self._handbook.languages

    def speak(self, language: str | None) -> Texts:
        """The texts of a language, for what a channel says itself."""
        return self._handbook.speak(language)

    async def converse(self, incoming: Incoming) -> Reply:
        """See `Door`. A bug is logged, and the person hears that their answers are safe."""
        now = self._clock()
        work = partial(
            converse,
            handbook=self._handbook,
            keys=self._keys,
            incoming=incoming,
            now=now,
            console=self._console,
            is_flood=is_flood_at(self._intake, self._newcomers_per_minute, now),
        )
        began = perf_counter()
        try:
            reply = await self.run(work, (incoming.channel, incoming.address))
        except Exception:
            self._watch.turn(incoming.channel, perf_counter() - began, failed=True)
            log.exception("action=converse channel=%s", incoming.channel)
            return await self._apology(incoming)
        self._watch.turn(incoming.channel, perf_counter() - began, failed=False)
        if incoming.newcomer == "unproven" and not {ACCOUNT_MADE, PROOF_NEEDED}.isdisjoint(reply.events):
            self._count_newcomer(now)
        return reply

    def _count_newcomer(self, now: datetime) -> None:
        """Once for each: who is asked for a proof comes back with it."""
        before, self._intake = self._intake, let_one_in(self._intake, self._newcomers_per_minute, now)
        if self._intake.is_flood and not before.is_flood:
            log.warning("action=newcomers: a flood of new accounts has begun; see docs/abuse.md")

    async def present(self, channel: str, address: str, link: str = "") -> Reply:
        """See `Door`."""
        work = partial(
            present,
            handbook=self._handbook,
            channel=channel,
            address=address,
            link=link,
            now=self._clock(),
        )
        return await self.run(work)

    def greet(self, channel: str, link: str = "") -> Reply:
        """See `Door`."""
        return greet(self._handbook, channel, link, self._clock())

    async def visit(self, channel: str, address: str, *, repeats: bool = True) -> Reply:
        """See `Door`."""
        work = partial(
            visit,
            handbook=self._handbook,
            channel=channel,
            address=address,
            now=self._clock(),
            repeats=repeats,
        )
        return await self.run(work)

    async def attachment(self, channel: str, address: str, kind: AttachmentKind, person: int) -> File:
        """See `Door`. Drawn in another thread: no turn waits for it."""
        if kind in KINDS:
            stored = partial(
                download_from_chat,
                handbook=self._handbook,
                channel=channel,
                address=address,
                kind=kind,
                now=self._clock(),
            )
            return await self.run(stored)
        if kind == "campaign_picture":
            kept = partial(load_campaign_picture, channel=channel, address=address, number=person)
            return await self.run(kept)
        if kind == "question_voice":
            return await self.look(partial(load_recording, number=person))
        if kind == "my_data":
            return await self.run(partial(make_my_data, channel=channel, address=address))
        load = partial(load_for_attachment, channel=channel, address=address)
        state = await self.run(load)
        return await asyncio.to_thread(make_attachment, self._handbook, state, kind, person, self._clock())

    async def note_reachability(self, channel: str, address: str, unreachable: Unreachable | None) -> None:
        """See `Door`."""
        await self.run(partial(note_reachability, channel=channel, address=address, unreachable=unreachable))

    async def move(self, channel: str, address: str, new_address: str) -> None:
        """See `Door`."""
        await self.run(partial(move_account, channel=channel, address=address, new_address=new_address))

    async def exchange(
        self, sender: str, outcomes: Sequence[tuple[Key, Outcome]], room: int, turn: int
    ) -> list[Parcel]:
        """See `Door`."""
        work = partial(
            exchange,
            handbook=self._handbook,
            sender=sender,
            outcomes=outcomes,
            room=room,
            turn=turn,
            now=self._clock(),
        )
        return await self.run(work)

    async def give_back(
        self, sender: str, in_hand: Collection[Key], outcomes: Sequence[tuple[Key, Outcome]]
    ) -> None:
        """See `Door`."""
        work = partial(give_back, sender=sender, in_hand=in_hand, outcomes=outcomes, now=self._clock())
        await self.run(work)

    async def keep_sender(self, sender: str) -> int:
        """See `Door`."""
        lost = await self.run(partial(keep_sender, sender=sender, now=self._clock()))
        self.sender = sender
        return lost

    async def leave_senders(self, sender: str) -> None:
        """See `Door`."""
        self.sender = ""
        await self.run(partial(leave_senders, sender=sender))

    async def share_budget(self, budget: str, process: str, closed_for_seconds: float) -> Share:
        """See `Door`."""
        work = partial(
            share_budget,
            budget=budget,
            process=process,
            closed_for_seconds=closed_for_seconds,
            now=self._clock(),
        )
        return await self.run(work)

    async def leave_budget(self, budget: str, process: str) -> None:
        """See `Door`."""
        await self.run(partial(leave_budget, budget=budget, process=process))

    async def look(self, work: Callable[[Transaction], _Result]) -> _Result:
        """Work that only reads, beside all turns: however long it takes, no citizen waits for it."""
        return await asyncio.wrap_future(self._runner.look(work))

    async def renew(self) -> None:
        """Puts in force what staff have decided."""
        self.put_in_force(await self.look(partial(read_in_force, shipped=self._shipped)))

    def put_in_force(self, handbook: Handbook) -> None:
        """What every chat goes by from now on."""
        self._handbook = handbook

    async def run(self, work: Callable[[Transaction], _Result], chat: Chat | None = None) -> _Result:
        """Work in a transaction, in line with all turns; `chat`: whose turn it is."""
        self._under_way += 1
        try:
            return await asyncio.wrap_future(self._runner.submit(work, chat))
        except Exception as error:
            self._watch.failed(error)
            raise
        finally:
            self._under_way -= 1

    async def _apology(self, incoming: Incoming) -> Reply:
        say = self._handbook.speak(await self._language_of(incoming))
        screen = Screen("failed", say.language, say("failed"))
        return Reply((screen,), incoming.answers_turn or 0, has_consented=True, events=("turn_failed",))

    async def _language_of(self, incoming: Incoming) -> str | None:
        """What the chat is held in, if that can still be read. A browser says itself what it wants to hear."""
        if incoming.channel == "web":
            return None
        work = partial(load_state, channel=incoming.channel, address=incoming.address, for_change=False)
        try:
            state = await asyncio.wait_for(self.look(work), LANGUAGE_SECONDS)
        except Exception:  # noqa: BLE001 -- what failed the turn is in the log
            return None
        return state.account.language if state else None


@dataclass(frozen=True, slots=True)
class Office:
    """What work on the counts needs. `shipped` is the handbook before staff have changed anything."""

    handbook: Handbook
    shipped: Handbook
    database: Database
    keys: RoundKeys
    clock: Clock

    def run(self, work: Callable[[Transaction], _Result]) -> _Result:
        """Runs work in a transaction of its own."""
        with self.database.transaction() as transaction:
            return work(transaction)


@contextmanager
def open_office(settings: Settings, clock: Clock = utc_now) -> Iterator[Office]:
    """Reads the content and opens the database; closes it at the end.

    ContentProblems or SettingsProblem if anything is not as it must be.
    """
    shipped = replace(read_handbook(settings.province), rules=settings.rules)
    database = open_database(settings.database)
    try:
        with database.transaction() as transaction:
            handbook = read_in_force(transaction, shipped)
        yield Office(handbook, shipped, database, RoundKeys(settings.key_dir), clock)
    finally:
        database.close()


@contextmanager
def open_hoctap(
    office: Office,
    web_url: str = "",
    ffmpeg: str = "",
    watch: Watch | None = None,
    newcomers_per_minute: int = NEWCOMERS_PER_MINUTE,
) -> Iterator[Hoctap]:
    """Starts the runner; finishes what was submitted to it at the end."""
    runner = make_runner(office.database)
    try:
        yield Hoctap(
            office.shipped,
            runner,
            office.clock,
            office.keys,
            web_url,
            office.handbook,
            ffmpeg,
            watch=watch,
            newcomers_per_minute=newcomers_per_minute,
        )
    finally:
        runner.close()
