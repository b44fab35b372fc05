"""Reminders: asked for with one tap, chosen, stopped; and what it means to stop."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conversation.turn import look
from engine.messages import Button
from engine.state import REMINDER_KINDS, REMINDER_SLOTS, Account, ReminderKind, State
from tests.chats import handbook
from tests.engine.test_any_sequence import Walk


@pytest.fixture
def walk() -> Walk:
    """Somebody who looks at their first result."""
    walk = Walk(handbook())
    walk.finish()
    return walk


def change_account(walk: Walk, **changes: object) -> None:
    walk.state = State(replace(walk.state.account, **changes), walk.state.sessions)  # type: ignore[arg-type]


def buttons(walk: Walk) -> list[Button]:
    return look(walk.book, walk.state, walk.now).flat_buttons


def reminders(account: Account) -> tuple[object, ...]:
    return account.reminders, account.reminder_kinds, account.reminder_slot


def test_one_tap_at_the_first_result_and_they_are_on(walk: Walk) -> None:
    advice, remind, *_ = buttons(walk)
    assert (advice.action, remind.action, remind.kind) == ("advice:0", "remind", "main")
    turn = walk.press("remind")
    assert turn.events == ("reminders_wanted",)
    assert reminders(walk.state.account) == ("wanted", REMINDER_KINDS, "morning")


@pytest.mark.parametrize("reminders", ["wanted", "stopped"])
def test_whoever_has_decided_is_not_urged_again(walk: Walk, reminders: str) -> None:
    change_account(walk, reminders=reminders)
    assert [button.action for button in buttons(walk) if button.kind == "main"] == ["advice:0"]
    assert buttons(walk)[-1].action == {"wanted": "reminders", "stopped": "remind"}[reminders]


def test_the_second_of_two_taps_asks_for_nothing_more(walk: Walk) -> None:
    walk.press("remind")
    assert walk.press("remind").events == ("press_outdated",)
    assert look(walk.book, walk.state, walk.now).id == "reminded"


def test_remindme_brings_back_what_was_chosen_before_the_stop(walk: Walk) -> None:
    change_account(walk, reminder_kinds=("new_round",), reminder_slot="noon")
    walk.type("/stop")
    walk.type("/remindme")
    assert reminders(walk.state.account) == ("wanted", ("new_round",), "noon")


def test_remindme_with_nothing_left_to_bring_back_brings_all(walk: Walk) -> None:
    change_account(walk, reminders="wanted", reminder_kinds=())
    walk.type("/remindme")
    assert reminders(walk.state.account) == ("wanted", REMINDER_KINDS, "morning")


def test_looking_at_what_is_on_turns_nothing_on(walk: Walk) -> None:
    walk.press("remind")
    assert walk.type("/remindme").events == ()


@given(chosen=st.sets(st.sampled_from(REMINDER_KINDS)), slot=st.sampled_from(REMINDER_SLOTS))
def test_any_kinds_and_any_part_of_the_day(chosen: set[ReminderKind], slot: str) -> None:
    walk = Walk(handbook())
    for text in ("/start c03667", "bat dau", "dong y", "/remindme"):
        walk.type(text)
    for kind in set(REMINDER_KINDS) - chosen:
        walk.press(f"reminder_kind:{kind}:off")
    walk.press(f"reminder_slot:{slot}")
    expected = tuple(kind for kind in REMINDER_KINDS if kind in chosen)
    assert reminders(walk.state.account) == ("wanted", expected, slot)
    html = look(walk.book, walk.state, walk.now).html
    assert ("mình không nhắc" in html) == (not chosen)
    for kind in set(REMINDER_KINDS) - chosen:
        walk.press(f"reminder_kind:{kind}:on")
    assert walk.state.account.reminder_kinds == REMINDER_KINDS


def test_who_agreed_to_an_older_notice_can_stop_too(walk: Walk) -> None:
    """Who asked for reminders then still gets them."""
    change_account(walk, consent_version="2026.2", reminders="wanted")
    walk.type("/stop")
    assert walk.state.account.reminders == "stopped"
    for text in ("/start", "bat dau", "dong y"):
        walk.type(text)
    assert walk.state.account.reminders == "stopped"


def test_of_who_agreed_to_nothing_not_even_a_stop_is_kept() -> None:
    walk = Walk(handbook())
    assert walk.type("/stop").events == ("messages_stopped",)
    assert walk.state.account.reminders == "not_asked"


def test_erasing_forgets_the_choice(walk: Walk) -> None:
    walk.press("remind")
    walk.press("reminders")
    walk.press("reminder_slot:evening")
    walk.type("/erase")
    walk.press("erase_all")
    walk.finish()
    assert reminders(walk.state.account) == ("not_asked", REMINDER_KINDS, "morning")
