"""Puts the stand-in together and takes it down again; what broke inside it comes to light then."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from tests.standin.clock import Clock, RealClock
from tests.standin.control import Telegram
from tests.standin.faults import Faults
from tests.standin.flood import Flood, FloodLimits
from tests.standin.server import Server
from tests.standin.world import PRESS_LIVES_SECONDS, World

TOKEN = "123456:TEST-stand-in-no-such-bot-00000000"


@contextmanager
def running_standin(
    limits: FloodLimits | None = None,
    *,
    speed: float = 1.0,
    clock: Clock | None = None,
    seed: int = 0,
    keep_calls: int = 10_000,
    press_lives_seconds: float = PRESS_LIVES_SECONDS,
    host: str = "127.0.0.1",
) -> Iterator[Telegram]:
    """A Bot API server on a free port of this machine. `speed` shortens the webhook's waits between repeats."""
    clock = clock or RealClock()
    bot = {
        "id": int(TOKEN.split(":", maxsplit=1)[0]),
        "is_bot": True,
        "first_name": "Hoctap",
        "username": "hoctap_test_bot",
    }
    world = World(
        token=TOKEN,
        bot=bot,
        clock=clock,
        flood=Flood(limits, clock),
        faults=Faults(seed),
        calls=deque(maxlen=keep_calls),
        press_lives_seconds=press_lives_seconds,
    )
    server = Server(world, speed, host)
    world.faults.cut, world.faults.restore = server.cut, server.restore
    server.start()
    try:
        yield Telegram(world, server)
    except BaseException as error:
        for crash in server.crashes:
            error.add_note(f"and in the stand-in or a callback: {crash!r}")
        raise
    finally:
        server.stop()
    if server.crashes:
        raise server.crashes[0]
