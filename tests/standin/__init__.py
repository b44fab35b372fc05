"""A stand-in for Telegram's Bot API: real HTTP on this machine, and people who can be told what to do.

with running_standin() as telegram:
    thao = telegram.person("Thào")
    thao.type("/start")
    thao.wait(lambda person: person.last.text == "Chào Thào")
"""

from tests.standin.clock import Clock, HandClock, RealClock
from tests.standin.control import Telegram
from tests.standin.faults import Faults
from tests.standin.flood import FloodLimits
from tests.standin.groups import Channel, Group
from tests.standin.keyboards import Key
from tests.standin.people import Person
from tests.standin.running import running_standin
from tests.standin.seen import Seen
from tests.standin.world import Call, Press

__all__ = [
    "Call",
    "Channel",
    "Clock",
    "Faults",
    "FloodLimits",
    "Group",
    "HandClock",
    "Key",
    "Person",
    "Press",
    "RealClock",
    "Seen",
    "Telegram",
    "running_standin",
]
