"""POST /chat as docs/webchat.md promises it, the link of a QR poster, and presses that come twice or too late."""

from typing import Any

import pytest

from engine.conversation.turn import ALWAYS_OFFERED
from tests.server import LINK, page_field
from tests.web.conftest import Site

BUTTON = {"label": str, "action": str, "kind": str, "url": str | None}
SCREEN = {
    "id": str,
    "language": str,
    "html": str,
    "buttons": list,
    "picture": str | None,
    "picture_alt": str | None,
    "document": str | None,
    "document_name": str | None,
    "voice": str | None,
    "voice_name": str | None,
    "progress": dict | None,
    "replaces": bool,
    "is_message": bool,
}


def fits(value: dict[str, Any], shape: dict[str, Any]) -> bool:
    return value.keys() == shape.keys() and all(isinstance(value[key], kind) for key, kind in shape.items())


def test_an_answer_has_the_documented_shape(site: Site) -> None:
    person = site.person()
    person.finish()
    for body in (
        {"text": "xin chào"},
        {"action": "details"},
        {"action": "print"},
        {"text": "/mydata", "turn": None},
    ):
        answer = person.post(body).json()
        assert set(answer) == {"screens", "turn", "language"}
        assert answer["screens"]
        for screen in answer["screens"]:
            assert fits(screen, SCREEN)
            assert screen["buttons"]
            assert all(fits(button, BUTTON) for row in screen["buttons"] for button in row)


def test_the_link_leads_to_the_first_question_in_three_taps(site: Site) -> None:
    person = site.person()
    page = person.look(f"/?c={LINK}")
    assert f'value="begin:{LINK}"' in page
    consent = person.press(f"begin:{LINK}")
    assert consent["id"] == "consent"
    assert "Phường Tô Hiệu" in consent["html"]
    assert person.press(f"agree:{LINK}")["id"] == "form"
    assert person.press("form:farmer")["progress"] == {"now": 1, "of": 20}


@pytest.mark.parametrize("link", ["99999", "Điện", "0" * 5000, "%00%0d%0a", "<b>", "03646x", "", "\u0661\u0662345"])
def test_a_link_to_no_commune_is_harmless(site: Site, link: str) -> None:
    person = site.person()
    assert 'value="begin"' in person.look(f"/?c={link}")
    assert person.press("begin")["id"] == "consent"
    assert person.press("agree")["id"] == "commune"


def test_the_page_opened_again_stays_where_it_is(site: Site) -> None:
    """The address bar still has the link in it."""
    person = site.person()
    person.look(f"/?c={LINK}")
    for action, screen in ((f"begin:{LINK}", "consent"), ("about", "about"), ("back", "consent")):
        assert person.press(action)["id"] == screen
        for button in person.screen["buttons"][0]:
            assert f'value="{button["action"]}"' in person.look(f"/?c={LINK}")
            assert f'value="{button["action"]}"' in person.look()
    person.press("elsewhere")
    assert 'value="home"' in person.look(f"/?c={LINK}")


def test_a_link_followed_later_takes_the_place_of_the_first(site: Site) -> None:
    person = site.person()
    person.look(f"/?c={LINK}")
    person.press(f"begin:{LINK}")
    assert 'value="begin:03667"' in person.look("/?c=03667")
    assert "Chiềng An" in person.press("begin:03667")["html"]


def test_the_language_chosen_on_the_way_from_a_link_stays(site: Site) -> None:
    person = site.person()
    person.look(f"/?c={LINK}")
    assert person.press("speak:en")["language"] == "en"
    page = person.look()
    assert '<html lang="en">' in page
    assert f'value="begin:{LINK}"' in page


def test_who_said_no_can_still_follow_the_link(site: Site) -> None:
    person = site.person()
    person.look(f"/?c={LINK}")
    person.press(f"begin:{LINK}")
    assert person.press("decline")["id"] == "declined"
    assert "Tô Hiệu" in person.press("begin")["html"]


def test_a_press_sent_twice_is_applied_once(site: Site) -> None:
    person = site.person()
    person.begin()
    body = {"action": person.choices[1], "turn": person.turn}
    first, second = person.post(body), person.post(body)
    assert first.status_code == second.status_code == 200
    assert [each.json()["turn"] for each in (first, second)] == [person.turn, person.turn]
    assert person.screen["progress"] == {"now": 2, "of": 20}
    assert person.held()["sessions"][0]["answers"] == {"q01": 2}


def test_typed_words_sent_twice_are_applied_once(site: Site) -> None:
    person = site.person()
    person.begin()
    body = {"text": "2", "turn": person.turn}
    person.post(body)
    person.post(body)
    assert person.held()["sessions"][0]["answers"] == {"q01": 2}


def test_the_first_press_sent_twice_is_applied_once(site: Site) -> None:
    person = site.person()
    person.look(f"/?c={LINK}")
    body = {"action": f"begin:{LINK}", "turn": person.turn}
    assert [person.post(body).json()["screens"][0]["id"] for _ in "12"] == ["consent", "consent"]
    assert len(site.rows()) == 1


def test_an_old_button_draws_the_present_screen(site: Site) -> None:
    person = site.person()
    person.begin()
    old = person.choices[0]
    person.press(person.choices[3])
    for turn in (None, person.turn):
        person.post({"action": old, "turn": turn})
        assert person.screen["progress"] == {"now": 2, "of": 20}
    assert person.held()["sessions"][0]["answers"] == {"q01": 4}


@pytest.mark.parametrize("action", sorted(ALWAYS_OFFERED))
def test_the_head_of_the_page_has_what_is_always_offered(site: Site, action: str) -> None:
    person = site.person()
    assert f'name="action" value="{action}"' in person.look()
    person.begin()
    assert person.press(action)["id"] == action
    assert person.press("back")["id"] == "question"


def test_the_page_shows_what_the_json_showed(site: Site) -> None:
    person = site.person()
    person.finish()
    for action in ("details", "result", "print", "result", "advice:0"):
        screen = person.press(action)
        page = person.look()
        assert screen["html"] in page
        assert int(page_field(page, "turn")) == person.turn
        assert all(f'value="{button["action"]}"' in page for row in screen["buttons"] for button in row)


def test_erased_says_so_and_the_old_account_cannot_be_seen(site: Site) -> None:
    person = site.person()
    person.finish()
    person.type("/erase")
    assert person.press("erase_all")["id"] == "erased"
    assert site.rows() == []
    assert 'value="begin' in person.look()
    for name in ("result.png", "result.pdf", "my-data.json"):
        assert person.client.get(f"/files/0/{name}").status_code == 404
    assert person.begin()["progress"] == {"now": 1, "of": 20}


def test_after_erasing_the_browser_is_somebody_new(site: Site) -> None:
    client = site.client()
    client.get("/")
    client.post("/chat", json={"text": "/start c03646"})
    before = client.cookies["hoctap"]
    for text in ("/erase", "xoa het"):
        client.post("/chat", json={"text": text})
    assert client.cookies["hoctap"] != before


def test_the_link_is_forgotten_once_it_has_done_its_work(site: Site) -> None:
    client = site.client()
    client.get("/?c=03646")
    assert client.cookies["hoctap_link"] == "03646"
    for text in ("bat dau", "dong y"):
        client.post("/chat", json={"text": text})
    assert "hoctap_link" not in client.cookies
