"""The only way from a channel into hoctap. `bot.bootstrap` makes the door; tests may make their own."""

from collections.abc import Collection, Sequence
from typing import Protocol

from engine.campaigns.ledger import Key, Outcome
from engine.messages import AttachmentKind, File, Incoming
from engine.pacing import Share
from engine.state import Unreachable
from handlers.converse import Reply
from handlers.deliver import Parcel


class Door(Protocol):
    """What a channel can ask for."""

    async def converse(self, incoming: Incoming) -> Reply:
        """Carries a conversation one turn on. The turn is on the disk when this returns."""

    async def present(self, channel: str, address: str, link: str = "") -> Reply:
        """The screen at which a chat stands. Changes nothing."""

    def greet(self, channel: str, link: str = "") -> Reply:
        """The screen for somebody whom nobody has seen. Needs no database."""

    async def visit(self, channel: str, address: str, *, repeats: bool = True) -> Reply:
        """What somebody sees who opens a chat: the present screen, below the messages that have waited for this.

        They count as sent. `repeats`: those that were shown a moment ago come again, should they have been lost.
        """

    async def attachment(self, channel: str, address: str, kind: AttachmentKind, person: int) -> File:
        """A file that a screen named. NotFound if this chat has none."""

    async def note_reachability(self, channel: str, address: str, unreachable: Unreachable | None) -> None:
        """A messenger says that a chat cannot be reached, and why; None: it can again."""

    async def move(self, channel: str, address: str, new_address: str) -> None:
        """A messenger says that a chat has another address now."""

    async def exchange(
        self, sender: str, outcomes: Sequence[tuple[Key, Outcome]], room: int, turn: int
    ) -> list[Parcel]:
        """A sender hands in what came of copies of campaigns, and gets at most `room` new ones."""

    async def give_back(
        self, sender: str, in_hand: Collection[Key], outcomes: Sequence[tuple[Key, Outcome]]
    ) -> None:
        """A sender hands in what came of copies, and has only those in its hands; all others are planned again."""

    async def keep_sender(self, sender: str) -> int:
        """A sender is alive. Returns how many copies of dead ones are in doubt since now."""

    async def leave_senders(self, sender: str) -> None:
        """A sender has handed in everything and stops."""

    async def share_budget(self, budget: str, process: str, closed_for_seconds: float) -> Share:
        """This process is alive and was told to send nothing for so long: how many share the budget."""

    async def leave_budget(self, budget: str, process: str) -> None:
        """This process sends no more."""
