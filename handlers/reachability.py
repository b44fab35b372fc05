"""A messenger says whether a chat can be reached, or that it has moved: the account follows."""

from dataclasses import replace

from engine.state import State, Unreachable
from storage.database import Transaction
from storage.states import load_state, save_state


def note_reachability(
    transaction: Transaction, channel: str, address: str, unreachable: Unreachable | None
) -> None:
    """Writes down why a chat cannot be reached; None: it can. Of a chat that nobody knows nothing is kept."""
    state = load_state(transaction, channel, address)
    if state is not None:
        save_state(transaction, state, State(replace(state.account, unreachable=unreachable), state.sessions))


def move_account(transaction: Transaction, channel: str, address: str, new_address: str) -> None:
    """The chat has another address now. Where that one is an account already, the old one is gone."""
    state = load_state(transaction, channel, address)
    if state is None:
        return
    if load_state(transaction, channel, new_address) is None:
        moved = replace(state.account, address=new_address, unreachable=None)
    else:
        moved = replace(state.account, unreachable="gone")
    save_state(transaction, state, State(moved, state.sessions))
