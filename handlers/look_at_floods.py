"""An administrator sees how many accounts were made in floods of new ones, and what a seal does with them."""

from dataclasses import dataclass

from engine.texts import Texts
from storage.database import Transaction
from storage.gauges import PEOPLE_TOGETHER, flood_tens
from storage.rounds import load_rounds


@dataclass(frozen=True, slots=True)
class Floods:
    """`accounts` in words, in tens: none is said like nine, and one person who comes or leaves does not show."""

    accounts: str
    leaves_out: bool


def look_at_floods(transaction: Transaction, year: int, say: Texts) -> Floods | None:
    """Of a round that is open; of others there is nothing left to decide."""
    this = next((each for each in load_rounds(transaction) if each.year == year and each.state == "open"), None)
    return Floods(_in_tens(flood_tens(transaction, year), say), this.leaves_out_floods) if this else None


def _in_tens(tens: int, say: Texts) -> str:
    least = tens * PEOPLE_TOGETHER
    if not least:
        return say.plain("console.floods.few", count=PEOPLE_TOGETHER)
    return f"{say.number(least)}–{say.number(least + PEOPLE_TOGETHER - 1)}"
