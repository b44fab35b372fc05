"""What a messenger delivers twice or too late changes nothing."""

from datetime import timedelta

import pytest

from engine.conversation.turn import Turn, advance
from engine.messages import Incoming
from engine.state import Account, State
from tests.chats import Clock, handbook


class Deliveries:
    """A messenger that numbers what it delivers."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.state = State(Account("telegram", "7"))

    def deliver(self, update: int, text: str | None = None, action: str | None = None) -> Turn:
        incoming = Incoming("telegram", "7", text=text, action=action, update=update)
        turn = advance(handbook(), self.state, incoming, self.clock.now)
        self.state = turn.state or State(Account("telegram", "7"))
        return turn


@pytest.fixture
def deliveries() -> Deliveries:
    """Somebody at the second question; the last update was number 105."""
    made = Deliveries()
    for update, text in enumerate(("/start c03667", "bat dau", "dong y", "lam nong", "3"), start=101):
        made.deliver(update, text)
    return made


def test_the_same_update_again_shows_the_present_screen_below(deliveries: Deliveries) -> None:
    before = deliveries.state
    turn = deliveries.deliver(105, "3")
    assert turn.events == ("update_repeated",)
    assert deliveries.state == before
    assert [screen.progress for screen in turn.screens] == [(2, 20)]
    assert not turn.screens[0].replaces


def test_the_same_press_again_shows_the_present_screen_in_its_place(deliveries: Deliveries) -> None:
    deliveries.deliver(106, action="a:q02:2")
    before = deliveries.state
    turn = deliveries.deliver(106, action="a:q02:2")
    assert turn.screens[0].replaces
    assert turn.screens[0].progress == (3, 20)
    assert deliveries.state == before


def test_an_update_that_comes_too_late_is_ignored(deliveries: Deliveries) -> None:
    before = deliveries.state
    turn = deliveries.deliver(104, "4")
    assert (turn.events, turn.screens) == (("update_outdated",), ())
    assert deliveries.state == before


def test_numbers_may_begin_anew_after_a_week_of_silence(deliveries: Deliveries) -> None:
    """The Bot API says so; a chat must not stay deaf for ever."""
    deliveries.clock.now += timedelta(days=7)
    turn = deliveries.deliver(5, "2")
    assert turn.screens[0].progress == (3, 20)
    assert deliveries.state.account.last_update == 5


def test_whoever_comes_back_can_be_reached_again(deliveries: Deliveries) -> None:
    from dataclasses import replace

    deliveries.state = State(replace(deliveries.state.account, unreachable="blocked"), deliveries.state.sessions)
    deliveries.deliver(106, "/start")
    assert deliveries.state.account.unreachable is None


def test_after_a_no_the_number_of_the_update_stays(deliveries: Deliveries) -> None:
    made = Deliveries()
    for update, text in enumerate(("/start", "bat dau", "khong"), start=101):
        made.deliver(update, text)
    assert made.deliver(103, "khong").events == ("update_repeated",)
