"""hoctap under load: people in browsers, a crowd on Telegram, a campaign on its way. Faults are tried on this."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from storage.ballots import count_waiting
from storage.round_keys import RoundKeys
from tests.crowd import Citizen, Crowd
from tests.faults.checks import backed_up_and_restored, check_citizens, check_everything
from tests.faults.clusters import Cluster, own_cluster
from tests.faults.disks import Disk, small_disk
from tests.faults.trial import Trial, fast_standin, nine, sender
from tests.faults.web_people import WebPeople
from tests.server import Person, Server
from tests.standin import Seen, Telegram

FASTER = 6
"""So many times faster than Telegram its stand-in is."""
COPIES_PER_SECOND = 30
PATIENCE_SECONDS = 3.0
"""After so long without an answer somebody on Telegram presses again."""
MEGABYTES = 64
RECOVERS_SECONDS = 240.0
"""After a fault is over everybody must be served again within this time: long, for a machine that is busy."""


@dataclass(frozen=True)
class Size:
    """How much goes on at once. `wave`: people who begin on Telegram before each fault."""

    web: int
    wave: int
    copies: int


@dataclass
class Experienced(Citizen):
    """Does not answer a question once more. The screen of an earlier one may come late: what a process sends that
    hangs or dies can arrive after the answer of the other. Whoever presses there only sees the present one."""

    late_screens: int = 0

    def see(self, seen: Seen) -> None:
        step, _ = super()._choose([key.data for row in seen.keyboard for key in row])
        is_apology = not seen.keyboard
        if self.at == "finish" and not self.result and not is_apology and step in ("", "form:"):
            # The clock jumped: it was counted, and the result is gone, before anything could be shown.
            self.end(seen)
        else:
            super().see(seen)

    def _choose(self, actions: list[str]) -> tuple[str, str]:
        step, action = super()._choose(actions)
        if step != self.at and step in {f"a:q{number:02}" for number in self.asked}:
            self.late_screens += 1
            return "", ""
        return step, action


@dataclass
class Stage:
    """`servers` share one database and one folder of keys."""

    folder: Path
    telegram: Telegram
    disk: Disk
    trial: Trial
    size: Size
    chance: random.Random
    began: datetime
    cluster: Cluster | None = None
    servers: list[Server] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)
    others: int = 0
    """How many finished on the web."""
    maybe: int = 0
    """How many more may have: no answer came."""
    kills: int = 0
    died: int = 0
    checked: str = ""
    jumped_seconds: float = 0.0
    web: WebPeople = field(init=False)

    # ---- what faults do ----------------------------------------------------------------------------------------

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def kill(self, victim: Server | None = None) -> Server:
        """One of the servers, at a random moment. Whoever kills looks at the ledger before it is started again."""
        victim = victim or self.chance.choice(self.servers)
        time.sleep(self.chance.uniform(0.0, 0.5))
        victim.kill()
        self.kills += 1
        self.trial.look()
        return victim

    def jump(self, **by: float) -> None:
        """Puts the clock of all servers."""
        self.jumped_seconds += timedelta(**by).total_seconds()
        new = self._clock_file.with_suffix(".new")
        new.write_text(str(self.jumped_seconds))
        new.replace(self._clock_file)

    @property
    def _clock_file(self) -> Path:
        return self.folder / "jumped"

    @property
    def now(self) -> datetime:
        """What the servers take this moment for."""
        return nine(self.began) + (datetime.now(UTC) - self.began) + timedelta(seconds=self.jumped_seconds)

    def start_what_has_died(self) -> None:
        """As systemd would."""
        if self.cluster and not self.cluster.primary.is_up():
            self.cluster.primary.start()
        for server in self.servers:
            if server.has_died:
                server.kill()
                self.died += 1
                self.trial.look()
                server.start()

    def one_finishes(self, client: httpx2.Client) -> None:
        """Somebody new takes a whole assessment on the web; httpx2.TransportError where the server dies."""
        client.cookies.clear()
        self.maybe += 1
        Person(client).finish()
        self.maybe -= 1
        self.others += 1

    def until_it_works(self, act: Callable[[], object]) -> None:
        """Does it again and again, while the server cannot."""
        until = time.monotonic() + RECOVERS_SECONDS
        while True:
            try:
                act()
            except httpx2.TransportError:
                assert time.monotonic() < until, self._news()[-3000:]
                self.start_what_has_died()
                time.sleep(0.1)
            else:
                return

    def wait_for_log(
        self, pattern: str, seconds: float = 30.0, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Until a server says this in its log, from the beginning of the fault on."""
        until = time.monotonic() + seconds
        while not re.search(pattern, self._news()):
            meanwhile()
            assert time.monotonic() < until, f"no {pattern!r} in the log: …{self._news()[-2000:]}"
            time.sleep(0.05)

    def _news(self) -> str:
        return "\n".join(
            server.log.read_text()[seen:] for server, seen in zip(self.servers, self._seen, strict=True)
        )

    # ---- before and after them -----------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Another wave of people begins."""
        self._seen = [len(server.log.read_text()) for server in self.servers]
        wave = self.size.wave
        self.crowds.append(Crowd(self.telegram, wave, PATIENCE_SECONDS, seed=self._seed(), kind=Experienced))
        self.crowds[-1].begin()

    def _seed(self) -> int:
        return self.chance.getrandbits(32)

    def recover(self) -> None:
        """Everybody is served again, and the ledger is as it must be."""
        until = time.monotonic() + RECOVERS_SECONDS
        pressed, answered = self.web.pressed, self._answered()
        while not self._are_served(pressed, answered):
            self.start_what_has_died()
            self.web.check()
            assert time.monotonic() < until, (
                f"not served again: {pressed} {self.web.pressed} {self._news()[-3000:]}"
            )
            time.sleep(0.05)
        self.trial.look()

    def _answered(self) -> int:
        return sum(len(each.answers) for crowd in self.crowds for each in crowd.citizens.values())

    def _are_served(self, pressed: list[int], answered: int) -> bool:
        on_the_web = all(now > before for now, before in zip(self.web.pressed, pressed, strict=True))
        return on_the_web and (self._answered() > answered or not any(crowd.left for crowd in self.crowds))

    def finish(self) -> None:
        """Everybody comes to their end, all is counted; `checked` says what was found right, in a line."""
        for crowd in self.crowds:
            crowd.wait(RECOVERS_SECONDS)
        self.trial.wait_until_done(RECOVERS_SECONDS)
        self.web.end()
        keys = RoundKeys(self.keys)
        citizens = [citizen for crowd in self.crowds for citizen in crowd.citizens.values()]
        with self.trial.ledger() as database:
            most = self.others + self.maybe
            check_citizens(database, keys, citizens, most, self.now)
            self._count_all()
            self._wait_until_counted()
            counted = check_citizens(database, keys, citizens, most, self.now)
            assert 0 <= counted - len(citizens) - self.others <= self.maybe
            check_everything(database)
            with backed_up_and_restored(database, keys, self.folder, self.now) as again:
                assert check_citizens(again, keys, citizens, most, self.now) == counted
        self.trial.check()
        for server in self.servers:
            server.kill()
        late = sum(each.late_screens for each in citizens if isinstance(each, Experienced))
        self.checked = (
            f"{len(citizens)} people finished and were counted once ({late} screens came too late),"
            f" {sum(self.web.pressed)} presses on the web kept,"
            f" {self.trial.number_of_copies} copies in the ledger ({self.trial.in_doubt} in doubt), none twice;"
            " restored from a backup"
        )

    def _count_all(self) -> None:
        """On the next day, with the look around that every process takes when it starts."""
        self.jump(days=1)
        server = self.servers[0]
        server.kill()
        server.start()

    def _wait_until_counted(self) -> None:
        until = time.monotonic() + RECOVERS_SECONDS
        with self.trial.ledger() as database:
            while True:
                with database.looking() as transaction:
                    if not count_waiting(transaction, self.now.year):
                        return
                assert time.monotonic() < until, "finished assessments are not counted"
                time.sleep(0.1)


@contextmanager
def running_stage(kind: str, folder: Path, size: Size, chance: random.Random) -> Iterator[Stage]:
    """`kind`: sqlite, one process that polls; postgresql, two processes behind one address."""
    with ExitStack() as stack:
        telegram = stack.enter_context(fast_standin(FASTER))
        began = datetime.now(UTC)
        if kind == "sqlite":
            disk, cluster = stack.enter_context(small_disk(folder / "one" / "data", MEGABYTES)), None
            url = f"sqlite:///{disk.folder}/hoctap.db"
        else:
            cluster = stack.enter_context(own_cluster())
            disk, url = cluster.disk, cluster.url
        stage = Stage(folder, telegram, disk, Trial(telegram, url, chance), size, chance, began, cluster)
        stage.jump(seconds=0)
        stage.trial.plan(size.copies, nine(began))
        settings = {
            "HOCTAP_DATABASE_URL": url,
            "HOCTAP_KEY_DIR": str(stage.keys),
            "HOCTAP_CAMPAIGN_PER_SECOND": str(COPIES_PER_SECOND),
            "JUMPED": str(folder / "jumped"),
        }
        if cluster:
            settings["HOCTAP_TELEGRAM_WEBHOOK_URL"] = "http://127.0.0.1:9/telegram"
        for name in ("one", "two") if cluster else ("one",):
            stage.servers.append(stack.enter_context(sender(folder / name, telegram, FASTER, began, **settings)))
        if cluster:
            telegram.webhook_targets = [server.url for server in stage.servers]
            telegram.wait(lambda telegram: telegram.counts["setwebhook", 200] == 2, RECOVERS_SECONDS)
        urls = [server.url for server in stage.servers]
        stage.web = WebPeople([urls[number % len(urls)] for number in range(size.web)], chance)
        stage.web.begin()
        stack.callback(stage.web.close)
        yield stage
