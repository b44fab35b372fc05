"""What an officer's screens look up and carry out; `handlers.campaigns.Desk` is the real one."""

from collections import Counter
from typing import Any, Protocol

from engine.campaigns.audience import AudienceRule
from engine.campaigns.life import Campaign
from engine.campaigns.message import Message
from engine.messages import Screen


class Desk(Protocol):
    """One officer's desk. CampaignRefused says why a step is not possible; NotFound: it is not theirs."""

    def campaigns(self) -> list[Campaign]:
        """The newest ones that this officer may see."""

    def campaign(self, number: int) -> Campaign:
        """One of them."""

    def preview(self, number: int, language: str) -> Screen:
        """The message as somebody will see it who speaks this language."""

    def reasons(self, number: int) -> "Counter[tuple[str, str | None]]":
        """(state, reason) → how many recipients, of those that have a reason."""

    def is_exact(self, campaign: Campaign) -> bool:
        """Whether this officer is told numbers below ten."""

    def create(self, title: str, message: Message = ..., audience: AudienceRule | None = None) -> Campaign:
        """A new draft."""

    def change(self, number: int, **fields: Any) -> Campaign:
        """Fields of a draft: title, message, audience, hours, starts_at, expires_at."""

    def add_picture(self, number: int, content: bytes) -> Campaign:
        """Puts a picture above the text of a draft."""

    def count(self, number: int) -> Campaign:
        """Counts the audience as it is now."""

    def test(self, number: int, language: str) -> Screen:
        """The message for the officer's own chat; after that it may be submitted."""

    def submit(self, number: int) -> Campaign:
        """Asks for approval."""

    def send_back(self, number: int) -> Campaign:
        """A draft again."""

    def approve(self, number: int) -> Campaign:
        """Freezes text and audience."""

    def pause(self, number: int) -> Campaign:
        """Nothing more leaves until it is resumed."""

    def resume(self, number: int) -> Campaign:
        """Goes on where it was."""

    def cancel(self, number: int) -> Campaign:
        """Nothing more leaves, for good."""

    def send_doubted_again(self, number: int) -> int:
        """Sends once more to those in doubt; returns how many."""

    def template(self, name: str) -> Message:
        """The message of a template as it reads this year."""

    def set_theme(self, words: str) -> str:
        """Keeps the theme of this year's Week; returns its observance's name."""
