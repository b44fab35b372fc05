"""What officers type into fields: it comes back as it was, and means what it says; months; parts of a ledger."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.campaigns.audience import CHANNELS, PROGRESS, AudienceRule
from engine.campaigns.ledger import DELIVERY_STATES, Counts
from engine.campaigns.life import CAMPAIGN_STATES, Campaign
from engine.campaigns.message import Message, MessageButton, clean
from engine.campaigns.month import Month
from engine.campaigns.progress import is_live, ledger_parts, may_send_again, settled
from engine.campaigns.typed import Typed, TypedButton, editable
from engine.campaigns.typed_audience import TypedAudience
from engine.state import HOME_ZONE
from engine.text import tidy
from tests.chats import handbook

NOW = datetime(2026, 10, 1, 9, tzinfo=HOME_ZONE)
DRAFT = Campaign(
    1,
    title="Mở lớp",
    message=Message(
        {"vi": 'Một <b>lớp</b> &amp; <a href="https://x.vn/?a=1&amp;b=2">trang</a>'},
        (MessageButton("link", "Xem", "https://x.vn"),),
        picture=3,
    ),
    starts_at=datetime(2026, 10, 5, 1, tzinfo=UTC),
    expires_at=datetime(2026, 10, 7, 1, tzinfo=UTC),
)
MARKS = st.sampled_from(
    ["<b>", "</b>", "<a href='https://x.vn?a&b'>", "</a>", "&lt;b&gt;", "&amp;amp;", "&", "<", "\n"]
)


def test_nothing_typed_changes_nothing() -> None:
    fields, problems = Typed.of(DRAFT).read(DRAFT.message, NOW)
    assert not problems
    assert replace(DRAFT, **fields) == DRAFT


@given(st.lists(st.text() | MARKS).map("".join))
@example("&lt;b&gt;")
@example("&amp;lt;")
def test_words_mean_the_same_when_they_are_typed_again(typed: str) -> None:
    kept = clean(tidy(typed))
    assert clean(tidy(editable(kept))) == kept


def test_what_is_wrong_is_left_out_and_the_rest_is_read() -> None:
    typed = replace(
        Typed.of(DRAFT),
        title="",
        texts={"vi": "{nobody}", "en": "Yes"},
        buttons=(TypedButton("open"), TypedButton("link", "", "")),
        ends="2026-10-05T07:00",
    )
    fields, problems = typed.read(DRAFT.message, NOW)
    assert set(problems) == {"title", "text_vi", "button_2", "ends"}
    assert fields["message"] == Message({"en": "Yes"}, (MessageButton("open"),), picture=3)


@given(
    st.builds(
        AudienceRule,
        communes=st.sets(st.sampled_from(list(handbook().province.by_code))).map(
            lambda chosen: tuple(each for each in handbook().province.by_code if each in chosen)
        ),
        channels=st.sampled_from([(), CHANNELS[:1], CHANNELS]),
        progress=st.sampled_from([(), PROGRESS[1:], PROGRESS]),
        seen_within_days=st.none() | st.integers(1, 3650),
        not_seen_for_days=st.none() | st.integers(1, 3650),
        wants_reminders=st.booleans(),
    )
)
def test_a_rule_comes_back_from_its_fields(rule: AudienceRule) -> None:
    assert TypedAudience.of(rule).read(handbook()) == (rule, {})


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_months_follow_each_other(day: date) -> None:
    month = Month.named(f"{day:%Y-%m}", NOW)
    assert month.first <= day <= month.last
    assert len(month.days([], [])) == month.last.day
    if month.after:
        assert month.after.before == month
    else:
        assert month.name == "2099-12"


def test_every_sending_of_a_year_is_in_its_month() -> None:
    months = [Month(date(2026, number, 1)) for number in range(1, 13)]
    found = [firing for month in months for day in month.days([], handbook().observances) for firing in day.firings]
    assert len(found) == sum(len(each.sends) for each in handbook().observances)


COUNTS = st.builds(Counts, **{state: st.integers(0, 30) for state in DELIVERY_STATES})


@given(COUNTS)
def test_the_parts_add_up(counts: Counts) -> None:
    reasons: Counter[tuple[str, str | None]] = Counter({("unreachable", "gone"): 2, ("dropped", "expired"): 1})
    parts = ledger_parts(counts, reasons)
    assert sum(each.count for each in parts) == counts.size
    assert 0 <= settled(counts) <= counts.size
    assert [each.name for each in parts][:2] == ["sent", "to_go"]


@given(st.sampled_from(CAMPAIGN_STATES), COUNTS)
def test_what_is_over_is_followed_no_more(state: str, counts: Counts) -> None:
    campaign = Campaign(1, state=state, counts=counts)  # type: ignore[arg-type]
    if state in ("draft", "submitted", "paused", "done"):
        assert not is_live(campaign)
    assert not (may_send_again(campaign) and counts.to_go)


@pytest.mark.parametrize(("waiting", "to_go", "live"), [(0, 0, True), (5, 0, False), (5, 1, True)])
def test_who_waits_on_the_web_is_not_waited_for(waiting: int, to_go: int, live: bool) -> None:
    assert is_live(Campaign(1, state="sending", counts=Counts(waiting=waiting, planned=to_go))) is live
