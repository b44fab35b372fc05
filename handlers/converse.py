"""A citizen did something: carry their conversation one turn on, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.conversation.into_console import CONSOLE_ASKED, draw_way_in
from engine.conversation.turn import FORGETTING, Turn, advance, look
from engine.handbook import Handbook
from engine.messages import Incoming, Screen
from engine.state import MOST_PEOPLE, Account, Place, State, day_of
from engine.tombstones import last_day_of_account, mark_of_account, mark_of_person
from handlers.campaigns import Desk
from handlers.count_ballots import withdraw_ballots
from handlers.show_waiting import show_waiting
from handlers.sign_in import draw_code, make_code, spell
from handlers.staff import access, may, take_invitation
from storage.database import Transaction
from storage.round_keys import RoundKeys
from storage.states import create_account, load_state, save_state
from storage.tombstones import bury, secret_of

_EVERYBODY_LEAVES = frozenset({"account_erased", "consent_declined"})
_ONE_LEAVES = "person_too_young"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a channel shows. `turn` is the number of the turn that these screens wait for an answer to."""

    screens: tuple[Screen, ...]
    turn: int
    has_consented: bool
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Console:
    """Where the console is: the public address, empty if nobody has said it. `choose` picks the signs of a code."""

    address: str
    choose: Callable[[str], str]


def converse(
    transaction: Transaction,
    handbook: Handbook,
    keys: RoundKeys,
    incoming: Incoming,
    now: datetime,
    console: Console | None = None,
) -> Reply:
    """One incoming → the reply, below what has waited for this chat. `now` is aware.

    The account of an address that is new is made here. Who leaves takes along what was counted. Everything is
    saved when the transaction commits; the reply must not leave before that.
    """
    before = load_state(transaction, incoming.channel, incoming.address)
    if before is None:
        before = create_account(transaction, incoming.channel, incoming.address)
    before, incoming = take_invitation(transaction, before, incoming, now)
    turn = advance(handbook, before, incoming, now, _desk(transaction, handbook, before, now))
    _bury(transaction, before, turn, now)
    save_state(transaction, before, turn.state)
    if not _EVERYBODY_LEAVES.isdisjoint(turn.events):
        withdraw_ballots(transaction, keys, before.account, range(MOST_PEOPLE))
    elif _ONE_LEAVES in turn.events:
        withdraw_ballots(transaction, keys, before.account, [before.account.person])
    transaction.has_erased |= not FORGETTING.isdisjoint(turn.events)
    if turn.state is None:
        return Reply(turn.screens, 0, has_consented=False, events=turn.events)
    account = turn.state.account
    # What was sent twice had no answer the first time; a message may have been lost with that.
    messages = show_waiting(transaction, handbook, turn.state, now, repeats="press_repeated" in turn.events)
    way_in = _way_into_console(transaction, handbook, turn, console, now)
    return Reply((*messages, *way_in, *turn.screens), account.turn, account.has_consented, turn.events)


def _bury(transaction: Transaction, before: State, turn: Turn, now: datetime) -> None:
    """No backup brings back who leaves. Their ballots have marks of their own."""
    if _EVERYBODY_LEAVES.isdisjoint(turn.events) and _ONE_LEAVES not in turn.events:
        return
    secret = None if before.account.id is None else secret_of(transaction, before.account.id)
    if secret is None:
        return
    stays = turn.state is not None and turn.state.account.has_consented
    mark = mark_of_person(secret, before.account.person) if stays else mark_of_account(secret)
    bury(transaction, [mark], last_day_of_account(day_of(now)))


def _way_into_console(
    transaction: Transaction, handbook: Handbook, turn: Turn, console: Console | None, now: datetime
) -> tuple[Screen, ...]:
    """What a member of staff sees who has asked for the console: a code, and the link that carries it."""
    if console is None or CONSOLE_ASKED not in turn.events or turn.state is None or turn.state.staff is None:
        return ()
    code = draw_code(console.choose)
    make_code(transaction, turn.state.staff.id, code, now, f"staff {turn.state.staff.id}")
    account = turn.state.account
    say = handbook.speak(account.language)
    return (draw_way_in(say, console.address, account.channel, code, spell(code)),)


def present(
    transaction: Transaction, handbook: Handbook, channel: str, address: str, link: str, now: datetime
) -> Reply:
    """The screen at which a chat stands; nothing changes, and nobody is remembered for looking.

    `link` is the commune of the link that was followed, or empty: before consent, the greeting shows the way
    with it.
    """
    state = load_state(transaction, channel, address, for_change=False) or State(Account(channel, address))
    if link in handbook.province.by_code and not state.account.has_consented:
        state = State(replace(state.account, place=Place("greeting", (link,))))
    return _look(transaction, handbook, state, now)


def visit(
    transaction: Transaction, handbook: Handbook, channel: str, address: str, now: datetime, *, repeats: bool
) -> Reply:
    """What somebody sees who opens a chat: the present screen, below what has waited for this visit.

    Of a chat for which nothing waits nothing changes; a message that is shown counts as sent. `repeats`: what was
    shown a moment ago comes again.
    """
    state = load_state(transaction, channel, address, for_change=False) or State(Account(channel, address))
    messages = show_waiting(transaction, handbook, state, now, repeats=repeats)
    reply = _look(transaction, handbook, state, now)
    return replace(reply, screens=(*messages, *reply.screens))


def _look(transaction: Transaction, handbook: Handbook, state: State, now: datetime) -> Reply:
    screen = look(handbook, state, now, _desk(transaction, handbook, state, now))
    return Reply((screen,), state.account.turn, state.account.has_consented)


def _desk(transaction: Transaction, handbook: Handbook, state: State, now: datetime) -> Desk | None:
    """The desk at which an officer sits."""
    if not may(state.staff, "campaigns"):
        return None
    return Desk(transaction, handbook, access(state.staff, "campaigns"), now)
