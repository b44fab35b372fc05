"""A picture that an officer sends or forwards: above the words of the campaign, or refused with the words kept."""

from functools import partial

import pytest

from engine.campaigns.life import Campaign
from engine.disclosure.released import PROVINCE
from engine.messages import Incoming, Screen
from handlers.converse import converse
from storage.campaigns import load_campaigns, load_picture
from storage.database import Database
from tests.campaigns import run
from tests.chats import Clock, DatabaseChat, handbook, type_all
from tests.counting import invite_somebody, keys

PNG = b"\x89PNG\r\n\x1a\n and the rest"
TOKEN = "of-an-officer"


@pytest.fixture
def officer(database: Database) -> DatabaseChat:
    """At the screen where one's own words are typed."""
    invite_somebody(database, handbook(), PROVINCE, TOKEN, Clock().now, "campaigns")
    chat = DatabaseChat("", "officer", keys(), database)
    type_all(chat, f"/start inv_{TOKEN}", "viet tin moi", "viet tin cua minh")
    return chat


def send(chat: DatabaseChat, picture: bytes, caption: str = "") -> Screen:
    incoming = Incoming("test", chat.address, text=caption, picture=picture)
    work = partial(converse, handbook=handbook(), keys=keys(), incoming=incoming, now=chat.clock.now)
    return run(chat.database, work).screens[-1]


def draft_of(chat: DatabaseChat) -> Campaign | None:
    return next(iter(run(chat.database, load_campaigns)), None)


def picture_of(chat: DatabaseChat) -> bytes | None:
    draft = draft_of(chat)
    assert draft
    number = draft.message.picture
    return None if number is None else run(chat.database, partial(load_picture, number=number))[1]


def test_a_picture_with_words_begins_a_campaign(officer: DatabaseChat) -> None:
    assert officer.look()[-1].takes_picture
    assert "Có ảnh kèm tin." in send(officer, PNG, "Chào bà con.").html
    assert picture_of(officer) == PNG
    [copy, _] = officer.type("gui thu cho toi")
    assert copy.picture
    assert copy.html == "Chào bà con."


def test_a_picture_alone_is_no_message(officer: DatabaseChat) -> None:
    assert send(officer, PNG).id == "campaign_own"
    assert draft_of(officer) is None


def test_what_is_no_picture_is_refused_and_the_words_are_kept(officer: DatabaseChat) -> None:
    screen = send(officer, b"GIF89a", "Chào bà con.")
    assert "PNG" in screen.html
    assert screen.id == "one_campaign"
    assert picture_of(officer) is None


def test_another_picture_and_the_same_words(officer: DatabaseChat) -> None:
    type_all(officer, "Chào bà con.", "sua chu")
    assert officer.look()[-1].takes_picture
    send(officer, PNG)
    assert picture_of(officer) == PNG
    officer.type("sua chu")
    send(officer, PNG + b"!", "Chào bạn.")
    draft = draft_of(officer)
    assert draft
    assert draft.message.texts == {"vi": "Chào bạn."}
    assert picture_of(officer) == PNG + b"!"


def test_a_picture_is_taken_away(officer: DatabaseChat) -> None:
    send(officer, PNG, "Chào bà con.")
    type_all(officer, "gui thu cho toi", "sua chu", "bo anh")
    draft = draft_of(officer)
    assert draft
    assert draft.message.picture is None
    assert not draft.is_tested


def test_nobody_else_sends_pictures(officer: DatabaseChat) -> None:
    citizen = DatabaseChat("", "citizen", keys(), officer.database)
    type_all(citizen, "/start c03667", "bat dau", "dong y")
    assert not citizen.look()[-1].takes_picture
    assert send(citizen, PNG, "Chào bà con.").id == "form"
    assert draft_of(officer) is None
