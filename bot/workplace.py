"""Where officers work on the command line: in their language, at their own desk, each step in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click

from bot.bootstrap import Office, open_office
from bot.settings import read_settings
from channels.plain_text import plain
from engine.campaigns.refusals import say_refusal
from engine.disclosure.released import PROVINCE
from engine.errors import CampaignRefused, SettingsProblem
from engine.handbook import Handbook
from engine.texts import Texts
from handlers.campaigns import Desk
from handlers.staff import COMMAND_LINE, Access, find_officer
from storage.database import Transaction

ONLOOKER = Access(0, PROVINCE, COMMAND_LINE)
"""Somebody at the machine itself who looks at campaigns and decides nothing."""

_Result = TypeVar("_Result")

officer_option = click.option(
    "--officer", type=int, required=True, metavar="N", help="In whose name: the number in `hoctap staff list`."
)


@dataclass(frozen=True, slots=True)
class Workplace:
    """The office, and the language in which it is spoken."""

    office: Office
    say: Texts

    @property
    def handbook(self) -> Handbook:
        """What is in force."""
        return self.office.handbook

    def at_desk(self, work: Callable[[Desk], _Result], officer: int | None = None) -> _Result:
        """Work at an officer's desk, at the onlooker's without one. NotFound if there is no such officer.

        In one transaction: where it is refused, nothing of it was done.
        """

        def sit_down(transaction: Transaction) -> _Result:
            who = ONLOOKER if officer is None else find_officer(transaction, officer)
            return work(Desk(transaction, self.handbook, who, self.office.clock()))

        return self.office.run(sit_down)


def at_workplace(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command its workplace and the option --language, in which it says why something was refused."""

    @click.option("--language", default="vi", show_default=True, help="Language of sentences and refusals.")
    @wraps(command)
    def opened(language: str, **typed: Any) -> None:
        with open_office(read_settings()) as office:
            say = _speak(office.handbook, language)
            try:
                command(Workplace(office, say), **typed)
            except CampaignRefused as refusal:
                raise click.ClickException(plain(str(say_refusal(say, refusal)))) from None

    return opened


def _speak(handbook: Handbook, language: str) -> Texts:
    if language not in handbook.languages:
        known = ", ".join(handbook.languages)
        raise SettingsProblem(f"nothing is said in the language '{language}'; write one of: {known}")
    return handbook.languages[language]
