"""Two officers with the same campaign, or one whose campaign is gone: a clear word, never an error."""

import pytest
from sqlalchemy import delete

from engine.disclosure.released import PROVINCE
from engine.messages import Screen
from storage.database import Database, Transaction
from storage.tables import campaign
from tests.campaigns import add_people, run, state_of
from tests.chats import Clock, DatabaseChat, handbook, type_all
from tests.counting import invite_somebody, keys


def officer(database: Database, name: str) -> DatabaseChat:
    token = f"of-officer-{name}"
    invite_somebody(database, handbook(), PROVINCE, token, Clock().now, "campaigns")
    chat = DatabaseChat("", name, keys(), database)
    chat.type(f"/start inv_{token}")
    return chat


@pytest.fixture
def one(database: Database) -> DatabaseChat:
    """Has written and tested the first campaign."""
    add_people(database, range(3), Clock().now)
    chat = officer(database, "one")
    type_all(chat, "viet tin moi", "viet tin cua minh", "Chào bà con.", "gui thu cho toi")
    return chat


@pytest.fixture
def other(database: Database, one: DatabaseChat) -> DatabaseChat:
    """Stands at the same campaign."""
    chat = officer(database, "other")
    chat.press("message:campaign:1")
    return chat


def approve(chat: DatabaseChat) -> Screen:
    return type_all(chat, "gui duyet", "duyet va gui")[-1]


@pytest.mark.parametrize(
    ("ways", "typed"),
    [
        (["sua chu"], "Chào bạn."),
        (["nut"], "Mở bài tự đánh giá"),
        (["nut", "them nut mo trang web"], "Xem | https://example.com"),
        (["gio gui"], "5/10 8:00"),
        (["gio gui"], "ngay khi duoc duyet"),
        (["sua nguoi nhan", "xa phuong nao"], "muong bu"),
        (["sua nguoi nhan", "lam den dau"], "dang lam do"),
        (["sua nguoi nhan"], "chi nguoi muon duoc nhac"),
    ],
)
def test_what_is_approved_meanwhile_does_not_change(
    one: DatabaseChat, other: DatabaseChat, ways: list[str], typed: str
) -> None:
    type_all(one, *ways)
    approve(other)
    before = state_of(one.database, 1)
    [screen] = one.type(typed)
    assert screen.id == "one_campaign"
    assert "đã duyệt" in screen.html
    assert "không sửa được" in screen.html
    assert state_of(one.database, 1) == before


def test_who_comes_second_sees_how_it_stands(one: DatabaseChat, other: DatabaseChat) -> None:
    one.type("gui duyet")
    [screen] = other.press("campaign_submit:1")
    assert "Màn hình ấy cũ rồi." in screen.html
    assert "chờ duyệt" in screen.html


def test_both_cancel(one: DatabaseChat, other: DatabaseChat) -> None:
    for chat in (one, other):
        chat.press("campaign_sure:1:cancel")
    one.press("campaign_cancel:1")
    [screen] = other.press("campaign_cancel:1")
    assert "không hủy được" in screen.html
    assert state_of(one.database, 1).state == "cancelled"


@pytest.mark.parametrize("place", ["sua chu", "nut", "gio gui", "sua nguoi nhan", "huy tin"])
def test_a_campaign_that_is_gone(one: DatabaseChat, place: str) -> None:
    one.type(place)
    run(one.database, _forget_campaigns)
    assert [button.action for button in one.look()[-1].flat_buttons] == ["campaigns"]
    [screen] = one.type("5/10 8:00")
    assert "Không có tin này ở đây." in screen.html
    assert one.press("campaigns")[-1].id == "campaigns"


def _forget_campaigns(transaction: Transaction) -> None:
    transaction.connection.execute(delete(campaign))
