"""A citizen did something: carry their conversation one turn on, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.conversation.turn import FORGETTING, advance, look
from engine.handbook import Handbook
from engine.messages import Incoming, Screen
from engine.state import MOST_PEOPLE, Account, Place, State
from handlers.count_ballots import withdraw_ballots
from handlers.staff import take_invitation
from storage.database import Transaction
from storage.round_keys import RoundKeys
from storage.states import create_account, load_state, save_state

_EVERYBODY_LEAVES = frozenset({"account_erased", "consent_declined"})
_ONE_LEAVES = "person_too_young"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a channel shows. `turn` is the number of the turn that these screens wait for an answer to."""

    screens: tuple[Screen, ...]
    turn: int
    has_consented: bool
    events: tuple[str, ...] = ()


def converse(
    transaction: Transaction, handbook: Handbook, keys: RoundKeys, incoming: Incoming, now: datetime
) -> Reply:
    """One incoming → the reply. `now` is aware.

    The account of an address that is new is made here. Who leaves takes along what was counted. Everything is
    saved when the transaction commits; the reply must not leave before that.
    """
    before = load_state(transaction, incoming.channel, incoming.address)
    if before is None:
        before = create_account(transaction, incoming.channel, incoming.address)
    before, incoming = take_invitation(transaction, before, incoming, now)
    turn = advance(handbook, before, incoming, now)
    save_state(transaction, before, turn.state)
    if not _EVERYBODY_LEAVES.isdisjoint(turn.events):
        withdraw_ballots(transaction, keys, before.account, range(MOST_PEOPLE))
    elif _ONE_LEAVES in turn.events:
        withdraw_ballots(transaction, keys, before.account, [before.account.person])
    transaction.has_erased |= not FORGETTING.isdisjoint(turn.events)
    if turn.state is None:
        return Reply(turn.screens, 0, has_consented=False, events=turn.events)
    account = turn.state.account
    return Reply(turn.screens, account.turn, account.has_consented, turn.events)


def present(
    transaction: Transaction, handbook: Handbook, channel: str, address: str, link: str, now: datetime
) -> Reply:
    """The screen at which a chat stands; nothing changes, and nobody is remembered for looking.

    `link` is the commune of the link that was followed, or empty: before consent, the greeting shows the way
    with it.
    """
    state = load_state(transaction, channel, address, for_change=False) or State(Account(channel, address))
    account = state.account
    if link in handbook.province.by_code and not account.has_consented:
        state = State(replace(account, place=Place("greeting", (link,))))
    return Reply((look(handbook, state, now),), account.turn, account.has_consented)
