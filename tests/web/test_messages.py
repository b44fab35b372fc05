"""Messages of the association on the page: shown at the next visit, once, with buttons that work, and counted."""

import io
import re
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from engine.campaigns.ledger import Counts
from engine.campaigns.message import Message, MessageButton
from storage.campaigns import keep_picture
from storage.tables import account
from tests.campaigns import add_officer, approved, check_sums, run, state_of, tend
from tests.chats import handbook
from tests.server import LINK, Person
from tests.web.conftest import Site
from tests.web.test_plain_form import Plain

TEXT = "Chiều mai <b>{commune}</b> mở lớp."
WORDS = "Chiều mai <b>Phường Tô Hiệu</b> mở lớp."
LINK_BUTTON = MessageButton("link", "Đọc thêm", "https://example.org/lop?a=1&b=2")
MESSAGE = Message({"vi": TEXT}, (MessageButton("my_commune"), LINK_BUTTON))


def send(site: Site, text: str = TEXT, message: Message | None = None, **fields: Any) -> int:
    """A message to everybody who has agreed: its number."""
    sent = message or Message({"vi": text}, MESSAGE.buttons)
    number = approved(site.database, site.clock.now, message=sent, **fields)
    tend(site.database, handbook(), site.clock.now)
    return number


def counts_of(site: Site, number: int) -> Counts:
    check_sums(site.database)
    return state_of(site.database, number).counts


@pytest.fixture
def person(site: Site) -> Person:
    """At the first question."""
    person = site.person()
    person.begin()
    return person


@pytest.fixture
def plain(site: Site) -> Plain:
    """The same without JavaScript."""
    plain = Plain(site.client(), f"/?c={LINK}")
    for action in (f"begin:{LINK}", f"agree:{LINK}", "form:farmer"):
        plain.send(action=action)
    return plain


def test_the_page_shows_it_above_the_present_screen(site: Site, person: Person) -> None:
    number = send(site)
    assert counts_of(site, number) == Counts(waiting=1)
    page = person.look()
    assert page.index("Hội Khuyến học nhắn") < page.index(WORDS) < page.index("Câu 1/20")
    assert len(re.findall('class="screen message"', page)) == 1
    assert '<button class="main" name="action" value="message:my_commune">' in page
    assert (
        '<a class="button main" href="https://example.org/lop?a=1&amp;b=2" target="_blank" rel="noopener">' in page
    )
    assert counts_of(site, number) == Counts(sent=1)


def test_loaded_again_it_is_there_for_ten_minutes_and_counts_once(site: Site, person: Person) -> None:
    number = send(site)
    assert WORDS in person.look()
    site.clock.move(minutes=10)
    assert WORDS in person.look(), "the network may have lost the first page"
    site.clock.move(seconds=1)
    assert WORDS not in person.look()
    assert counts_of(site, number) == Counts(sent=1)


def test_of_two_one_comes_today_and_the_other_tomorrow(site: Site, person: Person) -> None:
    first, second = send(site, "Tin một."), send(site, "Tin hai.")
    page = person.look()
    assert "Tin hai." in page
    assert "Tin một." not in page
    site.clock.move(hours=1)
    assert "Tin" not in person.look()
    assert (counts_of(site, first), counts_of(site, second)) == (Counts(waiting=1), Counts(sent=1))
    site.clock.move(days=1)
    assert "Tin một." in person.look()
    assert (counts_of(site, first), counts_of(site, second)) == (Counts(sent=1), Counts(sent=1))


def test_what_has_expired_is_not_shown(site: Site, person: Person) -> None:
    number = send(site)
    site.clock.move(days=14)
    assert WORDS not in person.look()
    tend(site.database, handbook(), site.clock.now)
    assert counts_of(site, number) == Counts(dropped=1)


def test_an_answer_brings_it_to_a_page_that_stays_open(site: Site, person: Person) -> None:
    number = send(site)
    body = {"action": person.choices[1], "turn": person.turn}
    for _ in ("once", "again: the answer was lost"):
        answer = person.post(body).json()
        message, question = answer["screens"]
        assert (message["id"], message["is_message"], message["replaces"]) == ("campaign", True, False)
        assert (question["is_message"], question["progress"]) == (False, {"now": 2, "of": 20})
        assert message["html"] == f"<p>{WORDS}</p>"
        assert [button for row in message["buttons"] for button in row] == [
            {"label": "Xem kết quả của xã", "action": "message:my_commune", "kind": "main", "url": None},
            {"label": "Đọc thêm", "action": "", "kind": "main", "url": LINK_BUTTON.url},
            {"label": "Thôi nhắn", "action": "message:stop", "kind": "quiet", "url": None},
        ]
    assert len(person.post({"action": person.choices[1], "turn": person.turn}).json()["screens"]) == 1
    assert counts_of(site, number) == Counts(sent=1)


@pytest.mark.parametrize("headers", [{"sec-purpose": "prefetch"}, {"sec-purpose": "prefetch;prerender"}])
def test_a_page_that_nobody_may_see_counts_for_nothing(site: Site, person: Person, headers: dict[str, str]) -> None:
    number = send(site)
    assert WORDS not in person.client.get("/", headers=headers).text
    person.client.head("/")
    person.client.get("/nowhere")
    assert counts_of(site, number) == Counts(waiting=1)


def test_following_a_link_again_loses_none(site: Site, person: Person) -> None:
    number = send(site)
    assert WORDS in person.look("/?c=03667")
    second = send(site)
    site.clock.move(days=1)
    assert len(person.post({"action": person.choices[0], "turn": person.turn}).json()["screens"]) == 2
    assert counts_of(site, number) == counts_of(site, second) == Counts(sent=1)


def test_the_buttons_of_an_older_message_work_anywhere(site: Site, person: Person) -> None:
    send(site)
    person.look()
    person.press(person.choices[1])
    site.clock.move(days=3)
    assert person.press("message:my_commune")["replaces"] is False
    assert "Chưa có con số chung" in person.screen["html"]
    assert person.press("message:open")["progress"] == {"now": 2, "of": 20}


def test_stop_means_all_of_them(site: Site, person: Person) -> None:
    shown, waiting = send(site, "Tin một.", kind="campaign"), send(site, "Tin hai.", kind="reminder", key="r")
    assert "Tin một." in person.look()
    assert "thôi nhắn" in person.press("message:stop")["html"]
    assert "Tin" not in person.look()
    assert counts_of(site, shown) == Counts(sent=1)
    assert counts_of(site, waiting) == Counts(dropped=1)


# ---- without JavaScript --------------------------------------------------------------------------------


def test_without_javascript_it_stands_on_the_page_until_something_is_pressed(site: Site, plain: Plain) -> None:
    number = send(site)
    plain.page = plain.client.get("/").text
    assert WORDS in plain.page
    assert plain.actions[:2] == ["message:my_commune", "message:stop"]
    assert plain.send(action=plain.actions[2]) == 303
    assert "Câu 2/20" in plain.page
    assert WORDS not in plain.page
    assert WORDS in plain.client.get("/").text, "loaded again by hand"
    assert counts_of(site, number) == Counts(sent=1)


def test_without_javascript_an_answer_brings_it_too(site: Site, plain: Plain) -> None:
    number = send(site)
    assert plain.send(action=plain.actions[1]) == 200
    assert plain.page.index(WORDS) < plain.page.index("Câu 2/20")
    assert plain.send(action="message:my_commune") == 303
    assert WORDS not in plain.page
    assert "Chưa có con số chung" in plain.page
    assert counts_of(site, number) == Counts(sent=1)


def test_without_javascript_the_page_behind_a_press_shows_what_is_new(site: Site, plain: Plain) -> None:
    plain.send(action=plain.actions[1])
    number = send(site)
    assert WORDS in plain.client.get("/?next").text
    assert counts_of(site, number) == Counts(sent=1)


def test_without_javascript_one_press_stops_them(site: Site, plain: Plain) -> None:
    send(site)
    plain.page = plain.client.get("/").text
    plain.send(action="message:stop")
    assert "thôi nhắn" in plain.page
    assert WORDS not in plain.client.get("/").text


# ---- the picture ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_is_for_those_to_whom_it_is_sent(site: Site, person: Person, form: str, media_type: str) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "#0b7285").save(drawn, form)
    picture = run(site.database, lambda transaction: keep_picture(transaction, media_type, drawn.getvalue()))
    send(site, message=Message({"vi": TEXT}, picture=picture))
    later, stranger = site.person(), site.person()
    later.begin()
    found = re.search(r'<img class="picture" src="([^"]+)" alt="Ảnh kèm tin"', person.look())
    assert found
    assert found[1] == f"/files/{picture}/campaign.png"
    answer = person.client.get(found[1])
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.content == drawn.getvalue()
    assert "content-disposition" not in answer.headers
    for other in (later, stranger):
        assert other.client.get(found[1]).status_code == 404
    for number in ("0", str(picture + 1), "9" * 9, "9" * 10, "-1"):
        assert person.client.get(f"/files/{number}/campaign.png").status_code == 404


def test_officers_see_every_picture(site: Site, person: Person) -> None:
    picture = run(site.database, lambda transaction: keep_picture(transaction, "image/png", b"\x89PNG"))
    address = f"/files/{picture}/campaign.png"
    assert person.client.get(address).status_code == 404
    with site.database.transaction() as transaction:
        number = transaction.connection.execute(select(account.c.id)).scalar_one()
    add_officer(site.database, number)
    assert person.client.get(address).content == b"\x89PNG"
