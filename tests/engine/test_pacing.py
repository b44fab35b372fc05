"""The flood clock: whatever the network does, the messenger never sees more than it allows."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pacing import FloodClock, Lane, Pace

PACE = Pace(per_second=30, campaign_per_second=25, chat_per_second=1.0, chat_burst=3)


def clock(per_second: int = 30) -> FloodClock:
    return FloodClock(PACE, per_second)


def test_a_full_second_waits_for_the_first_answer_to_grow_old() -> None:
    flood = clock()
    for number in range(30):
        assert flood.seconds_for_lane(Lane.ANSWER, 0.0) == 0.0
        flood.leave(Lane.ANSWER, 0.0)
        flood.arrive(f"chat {number}", Lane.ANSWER, number / 100)
    assert flood.seconds_for_lane(Lane.ANSWER, 0.3) == 0.7
    assert flood.seconds_for_lane(Lane.ANSWER, 1.0) == 0.0


def test_what_is_under_way_counts_until_its_answer_is_a_second_old() -> None:
    flood = clock()
    for _ in range(30):
        flood.leave(Lane.ANSWER, 0.0)
    assert flood.seconds_for_lane(Lane.ANSWER, 100.0) == inf
    flood.arrive("slow", Lane.ANSWER, 100.0)
    assert flood.seconds_for_lane(Lane.ANSWER, 100.0) == 1.0


def test_campaigns_get_25_of_the_30_and_evenly() -> None:
    left_at = campaigns_leave(clock(), seconds=60)
    assert len(left_at) == pytest.approx(25 * 60, abs=6)
    after_the_first_moment = left_at[6:]
    for first, third in zip(after_the_first_moment, after_the_first_moment[3:], strict=False):
        assert third > first, "not all of a second's at once"


def test_half_of_the_budget_is_half_for_campaigns_too() -> None:
    assert len(campaigns_leave(clock(per_second=15), seconds=60)) == pytest.approx(12.5 * 60, abs=4)


def test_what_campaigns_missed_for_a_moment_leaves_later_but_not_what_they_missed_for_long() -> None:
    flood = clock()
    for left in range(6, 0, -1):
        assert flood.free_for_campaigns(0.0) == left
        flood.leave(Lane.CAMPAIGN, 0.0)
        flood.arrive("a", Lane.CAMPAIGN, 0.0)
    assert flood.free_for_campaigns(0.0) == 0
    assert flood.seconds_for_lane(Lane.CAMPAIGN, 0.03) == pytest.approx(0.01)
    assert flood.free_for_campaigns(0.12) == 3
    assert flood.free_for_campaigns(10.0) == 6


def test_a_messenger_that_hangs_leaves_room_for_answers() -> None:
    flood = clock()
    for number in range(25):
        flood.leave(Lane.CAMPAIGN, number / 25)
    assert flood.seconds_for_lane(Lane.CAMPAIGN, 60.0) == inf
    assert flood.free_for_campaigns(60.0) == 0
    assert flood.seconds_for_lane(Lane.ANSWER, 60.0) == 0.0
    flood.arrive("a", Lane.CAMPAIGN, 60.0)
    assert flood.seconds_for_lane(Lane.CAMPAIGN, 60.0) == 0.0


def campaigns_leave(flood: FloodClock, seconds: float) -> list[float]:
    """Whoever sends looks in ten times a second, and each answer takes 80 ms: when the messages leave."""
    left_at: list[float] = []
    answered = 0
    for look in range(int(seconds * 10)):
        now = look / 10
        while answered < len(left_at) and left_at[answered] + 0.08 <= now:
            flood.arrive(f"chat {answered}", Lane.CAMPAIGN, left_at[answered] + 0.08)
            answered += 1
        for _ in range(flood.free_for_campaigns(now)):
            assert flood.seconds_for_lane(Lane.CAMPAIGN, now) == 0.0
            flood.leave(Lane.CAMPAIGN, now)
            left_at.append(now)
    return left_at


def test_what_was_given_back_may_leave_again() -> None:
    flood = clock(per_second=1)
    flood.leave(Lane.CAMPAIGN, 0.0)
    assert flood.seconds_for_lane(Lane.CAMPAIGN, 0.0) == inf
    flood.give_back(Lane.CAMPAIGN)
    assert flood.seconds_for_lane(Lane.CAMPAIGN, 0.0) == 0.0
    flood.leave(Lane.ANSWER, 0.0)
    flood.give_back(Lane.ANSWER)
    assert flood.seconds_for_lane(Lane.ANSWER, 0.0) == 0.0


def test_one_chat_gets_a_burst_and_then_one_a_second() -> None:
    flood = clock()
    for _ in range(3):
        assert flood.seconds_for_chat("a", 10.0) == 0.0
        flood.arrive("a", Lane.ANSWER, 10.0)
    assert flood.seconds_for_chat("a", 10.0) == 1.0
    assert flood.seconds_for_chat("b", 10.0) == 0.0
    assert flood.seconds_for_chat("a", 11.0) == 0.0


def test_what_went_to_a_chat_from_elsewhere_counts_as_just_now() -> None:
    flood = clock()
    flood.note_others("a", 2, 10.0)
    assert flood.seconds_for_chat("a", 10.0) == 0.0
    flood.note_others("a", 50, 10.0)
    assert flood.seconds_for_chat("a", 10.0) == 1.0


def test_a_campaign_that_arrived_counts_for_a_second() -> None:
    flood = clock(per_second=1)
    flood.leave(Lane.CAMPAIGN, 5.0)
    flood.arrive("a", Lane.CAMPAIGN, 5.0)
    assert flood.seconds_for_lane(Lane.ANSWER, 5.5) == 0.5


def test_the_larger_of_two_retry_afters_wins() -> None:
    flood = clock()
    flood.close_until(5.0)
    flood.close_until(3.0)
    assert flood.closed_until == 5.0
    assert flood.seconds_for_lane(Lane.ANSWER, 1.0) == 4.0
    assert flood.seconds_for_lane(Lane.ANSWER, 5.0) == 0.0


def test_chats_that_nobody_writes_to_are_forgotten() -> None:
    flood = clock()
    for number in range(10_000):
        flood.arrive(f"chat {number}", Lane.ANSWER, float(number))
    assert len(flood._chats) <= 1025


delays = st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 3), st.integers(0, 5)), min_size=1, max_size=150)


@given(delays)
def test_no_second_at_the_messenger_ever_holds_more_than_the_budget(
    network: list[tuple[float, float, int]],
) -> None:
    """The network holds each message back on its way there, and its answer on the way back, as it likes."""
    flood, now, counted = FloodClock(Pace(per_second=5, chat_burst=2), per_second=5), 0.0, []
    answers: list[tuple[float, str]] = []
    for there, back, chat in network:
        name = f"chat {chat}"
        while True:
            for answered_at, answered in sorted(answers):
                if answered_at <= now:
                    flood.arrive(answered, Lane.ANSWER, answered_at)
                    answers.remove((answered_at, answered))
            # One message to a chat at a time, as whoever sends keeps it.
            if any(answered == name for _, answered in answers):
                now = min(answered_at for answered_at, answered in answers if answered == name)
                continue
            wait = max(flood.seconds_for_chat(name, now), flood.seconds_for_lane(Lane.ANSWER, now))
            if not wait:
                break
            now = min(answered_at for answered_at, _ in answers) if wait == inf else now + wait
        flood.leave(Lane.ANSWER, now)
        counted.append((now + there, name))
        answers.append((now + there + back, name))
    for moment, _ in counted:
        within = [name for at, name in counted if moment - 1 < at - 1e-9 and at <= moment]
        assert len(within) <= 5
    for name in {name for _, name in counted}:
        times = sorted(at for at, each in counted if each == name)
        for first, third in zip(times, times[2:], strict=False):
            assert third - first >= 1 - 1e-6, "a burst of two, then one a second"
