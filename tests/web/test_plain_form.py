"""The same chat without JavaScript: forms, redirects, and nothing that is only said once gets lost."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.server import LINK, page_field
from tests.web.conftest import Site


class Plain:
    """A browser without JavaScript: sends the form of the page that it shows, and follows redirects."""

    def __init__(self, client: TestClient, address: str = "/") -> None:
        self.client = client
        self.page = client.get(address).text

    def send(self, *, follow: bool = True, **fields: str) -> int:
        """The status of the answer itself. The page shown afterwards is in `page`."""
        form = {"token": page_field(self.page, "token"), "turn": page_field(self.page, "turn"), **fields}
        answer = self.client.post("/chat", data=form)
        if answer.status_code == 303 and follow:
            assert answer.headers["location"] == "/?next"
            self.page = self.client.get("/?next").text
        elif answer.status_code != 303:
            self.page = answer.text
        return answer.status_code

    @property
    def actions(self) -> list[str]:
        log = self.page.partition('id="log"')[2].partition("<footer")[0]
        return [unescape(action) for action in re.findall(r'name="action" value="([^"]*)"', log)]


def test_from_the_link_to_the_result(site: Site) -> None:
    plain = Plain(site.client(), f"/?c={LINK}")
    assert plain.send(action=f"begin:{LINK}") == 303
    assert f"agree:{LINK}" in plain.actions
    plain.send(action=f"agree:{LINK}")
    plain.send(action="form:farmer")
    for _ in range(20):
        plain.send(action=plain.actions[1])
    for action in ("sex:female", "age:60+", "finish"):
        assert action in plain.actions
        plain.send(action=action)
    picture = re.search(r'<img class="picture" src="([^"]+)"', plain.page)
    assert picture
    assert plain.client.get(unescape(picture[1])).content.startswith(b"\x89PNG")


def test_a_hint_is_not_lost(site: Site) -> None:
    plain = Plain(site.client(), f"/?c={LINK}")
    for action in (f"begin:{LINK}", f"agree:{LINK}", "form:farmer"):
        plain.send(action=action)
    assert plain.send(text="xoài") == 200
    assert "Mình chưa hiểu" in plain.page
    assert plain.send(text="2") == 200
    assert "Đã ghi" in plain.page
    assert plain.send(action=plain.actions[0]) == 303
    assert "Câu 3/20" in plain.page


def test_no_and_erased_are_answered(site: Site) -> None:
    plain = Plain(site.client(), f"/?c={LINK}")
    plain.send(action=f"begin:{LINK}")
    plain.send(action="decline")
    assert "Không sao cả" in plain.page
    plain.send(action="begin")
    plain.send(text="/erase")
    plain.send(action="erase_all")
    assert "Đã xóa hết" in plain.page
    assert site.rows() == []
    plain.send(action="begin")
    assert f"agree:{LINK}" in plain.actions


def test_a_form_sent_twice_is_applied_once(site: Site) -> None:
    plain = Plain(site.client(), f"/?c={LINK}")
    for action in (f"begin:{LINK}", f"agree:{LINK}", "form:farmer"):
        plain.send(action=action)
    plain.send(action=plain.actions[0], follow=False)
    plain.send(action=plain.actions[1])
    assert "Câu 2/20" in plain.page
    assert plain.client.get("/files/0/my-data.json").json()["sessions"][0]["answers"] == {"q01": 1}


def test_enter_in_the_empty_text_field_changes_nothing(site: Site) -> None:
    plain = Plain(site.client())
    assert plain.send(text="  ") == 303
    assert site.rows() == []


@pytest.mark.parametrize("turn", ["", "x", "9" * 5000, "-1", "²"])
def test_a_broken_turn_number_is_harmless(site: Site, turn: str) -> None:
    plain = Plain(site.client())
    assert plain.send(action="begin", turn=turn) == 303
    assert "agree" in plain.actions
