"""Campaigns in the console without a browser: each page, each step, what is refused, what is not theirs."""

import io
import re
from datetime import timedelta
from html import unescape

import httpx2
import pytest
from markupsafe import escape
from PIL import Image
from starlette.testclient import TestClient

from bot.serve import REQUESTS_SECONDS
from engine.campaigns.audience import AudienceRule
from engine.campaigns.life import Campaign
from engine.campaigns.message import Message, MessageButton
from engine.messages import LARGEST_PICTURE
from tests.campaigns import add_people, approved, check_sums, deliver, state_of, tend
from tests.chats import handbook
from tests.counting import invite_somebody
from tests.web.conftest import Site
from tests.web.console import enter, post, problem_of, signed_in
from tests.web.test_console_sign_in import code_in_chat
from web.pages import campaign_progress

pytestmark = pytest.mark.slow

WORDS = "Chiều mai <b>{commune}</b> mở lớp."
FIELDS = {"title": "Mở lớp", "text_vi": WORDS, "first": "07:30", "last": "20:30"}
TO_HIEU, CHIENG_AN = "03646", "03667"


@pytest.fixture
def officer(site: Site) -> TestClient:
    """Of the province."""
    return signed_in(site, "campaigns")


@pytest.fixture
def other(site: Site) -> TestClient:
    """Another one of the province."""
    return signed_in(site, "campaigns")


def number_in(answer: httpx2.Response) -> int:
    """The campaign to which an answer leads."""
    assert answer.status_code == 303, problem_of(answer) or answer.text
    found = re.search(r"/campaigns/(\d+)", answer.headers["location"])
    assert found, answer.headers["location"]
    return int(found[1])


def begun(officer: TestClient, template: str = "") -> int:
    return number_in(post(officer, "/campaigns/new", template=template))


def written(officer: TestClient, **fields: str) -> int:
    """A draft that says something to everybody: its number."""
    number = begun(officer)
    number_in(post(officer, f"/campaigns/{number}/write", **{**FIELDS, **fields}))
    return number


def submitted(site: Site, officer: TestClient, people: int) -> int:
    """Written for so many people, tested and submitted."""
    add_people(site.database, [f"p{place}" for place in range(people)], site.clock.now)
    number = written(officer)
    for step in ("count", "test", "submit"):
        take(officer, number, step)
    return number


def take(officer: TestClient, number: int, step: str) -> str:
    """Presses the button of a step: the page behind it."""
    answer = post(officer, f"/campaigns/{number}/{step}")
    assert answer.status_code == 303, problem_of(answer)
    return look(officer, number)


def look(officer: TestClient, number: int, page: str = "") -> str:
    """A page about a campaign, without tags and with single spaces."""
    answer = officer.get(f"/console/campaigns/{number}{page}")
    assert answer.status_code == 200, answer.text
    return words_of(answer)


def words_of(answer: httpx2.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def value_of(page: httpx2.Response, name: str) -> str:
    """What stands in a field."""
    found = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return unescape(found[1])


def text_of(page: httpx2.Response, name: str) -> str:
    """What stands in a text field."""
    found = re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found, name
    return unescape(found[1])


# ---- the list ----------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(officer: TestClient) -> None:
    assert "Bấm “Viết tin mới” để bắt đầu" in officer.get("/console/campaigns").text


def test_a_draft_begins_with_a_template(officer: TestClient) -> None:
    assert "Hôm nay, 21/4" in officer.get("/console/campaigns/new").text
    number = begun(officer, "book_day")
    page = officer.get(f"/console/campaigns/{number}/write")
    assert value_of(page, "title") == "Ngày Sách, 21/4"
    assert text_of(page, "text_vi").startswith("📚 Hôm nay, 21/4, là <b>Ngày Sách và Văn hóa đọc Việt Nam</b>")
    assert "chưa làm bài năm nay hoặc đang làm dở" in look(officer, number)


def test_no_template_of_that_name(officer: TestClient) -> None:
    assert post(officer, "/campaigns/new", template="ask_theme").status_code == 404


def test_what_waits_for_me_comes_first(site: Site, officer: TestClient, other: TestClient) -> None:
    submitted(site, officer, 300)
    written(other, title="Tin sau")
    of_other, of_officer = other.get("/console/campaigns").text, officer.get("/console/campaigns").text
    assert "Chờ bạn duyệt" not in of_officer
    assert of_other.index("Chờ bạn duyệt") < of_other.index("Mở lớp") < of_other.index("Tin sau")


def test_older_ones_are_a_press_away(site: Site, officer: TestClient) -> None:
    for place in range(25):
        approved(site.database, site.clock.now, title=f"Tin số {place};")
    first = officer.get("/console/campaigns").text
    assert "Tin số 24;" in first
    assert "Tin số 4;" not in first
    found = re.search(r"\?before=(\d+)", first)
    assert found
    second = officer.get(f"/console/campaigns?before={found[1]}").text
    assert "Tin số 4;" in second
    assert "before=" not in second
    assert officer.get(f"/console/campaigns?before={10**30}").status_code == 200
    assert officer.get("/console/campaigns?before=x").status_code == 200


# ---- writing -----------------------------------------------------------------------------------------------------


def test_what_was_written_is_kept(site: Site, officer: TestClient) -> None:
    fields = {
        "title": "  Mở lớp\tchiều mai ",
        "text_vi": "Tiếng  Việt & <i>toán</i>\r\n\r\n1 < 2",
        "text_en": "",
        "button_1_kind": "open",
        "button_2_kind": "link",
        "button_2_label": "Giờ học",
        "button_2_url": "https://example.org/?a=1&b=2",
        "starts": "2026-10-05T08:00",
        "ends": "2026-10-07T20:00",
        "first": "08:00",
        "last": "17:30",
    }
    number = begun(officer)
    number_in(post(officer, f"/campaigns/{number}/write", **fields))
    kept = state_of(site.database, number)
    assert kept.title == "Mở lớp chiều mai"
    assert kept.message.texts == {"vi": "Tiếng  Việt &amp; <i>toán</i>\n\n1 &lt; 2"}
    assert kept.message.buttons == (MessageButton("open"), MessageButton("link", "Giờ học", fields["button_2_url"]))
    assert f"{kept.starts_at:%d.%m. %H:%M %Z}" == "05.10. 01:00 UTC"
    assert f"{kept.hours.first:%H:%M}-{kept.hours.last:%H:%M}" == "08:00-17:30"
    page = officer.get(f"/console/campaigns/{number}/write")
    assert text_of(page, "text_vi") == "Tiếng  Việt & <i>toán</i>\n\n1 < 2"
    assert value_of(page, "starts") == "2026-10-05T08:00"
    assert value_of(page, "button_2_url") == "https://example.org/?a=1&b=2"
    assert "8:00 ngày 5/10/2026" in look(officer, number)


def test_a_text_in_which_marks_are_words_comes_back_unchanged(site: Site, officer: TestClient) -> None:
    number = written(officer, text_vi="&lt;b&gt;chữ&lt;/b&gt;")
    assert state_of(site.database, number).message.texts["vi"] == "&lt;b&gt;chữ&lt;/b&gt;"
    shown = text_of(officer.get(f"/console/campaigns/{number}/write"), "text_vi")
    number_in(post(officer, f"/campaigns/{number}/write", **{**FIELDS, "text_vi": shown}))
    assert state_of(site.database, number).message.texts["vi"] == "&lt;b&gt;chữ&lt;/b&gt;"


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        ("title", " ", "đặt tên"),
        ("title", "x" * 121, "nhiều nhất 120"),
        ("text_vi", "{communne} ơi", "{communne}"),
        ("text_en", "x" * 901, "901"),
        ("text_vi", "a } b", "ngoặc nhọn"),
        ("text_vi", "<script></script>", "chưa có chữ nào"),
        ("starts", "2026-09-30T08:00", "đã qua rồi"),
        ("starts", "2036-09-30T08:00", "Xa quá"),
        ("starts", "mai", "chưa hiểu"),
        ("ends", "2026-10-01T08:59", "đã qua rồi"),
        ("first", "05:00", "6:00 đến 22:00"),
        ("last", "", "6:00 đến 22:00"),
    ],
)
def test_what_is_refused_comes_back_as_it_was_typed(
    site: Site, officer: TestClient, field: str, typed: str, why: str
) -> None:
    number = written(officer)
    before = state_of(site.database, number)
    fields = {**FIELDS, "title": "Tên mới", "text_vi": "Lời mới", "text_en": "New words", field: typed}
    answer = post(officer, f"/campaigns/{number}/write", **fields)
    assert answer.status_code == 400
    assert "Chưa lưu được" in problem_of(answer)
    assert re.search(
        rf'class="wrong" id="{field.replace("first", "hours").replace("last", "hours")}_wrong"', answer.text
    )
    assert why in words_of(answer)
    for name in ("text_vi", "text_en"):
        assert text_of(answer, name) == fields[name].strip()
    for name in ("title", "first", "last"):
        assert value_of(answer, name) == fields[name].strip()
    assert state_of(site.database, number) == before


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (
            {"button_1_kind": "link", "button_1_label": "Xem", "button_1_url": "javascript:alert(1)"},
            "không mở được",
        ),
        ({"button_1_kind": "link", "button_1_label": "", "button_1_url": "https://example.org"}, "cần từ 1 đến"),
        ({"button_1_kind": "open", "button_2_kind": "open"}, "Nút này có rồi"),
    ],
)
def test_a_button_that_is_refused(officer: TestClient, typed: dict[str, str], why: str) -> None:
    number = written(officer)
    answer = post(officer, f"/campaigns/{number}/write", **{**FIELDS, **typed})
    assert answer.status_code == 400
    assert why in words_of(answer)
    for name, value in typed.items():
        assert name.endswith("kind") or value_of(answer, name) == value


def test_an_end_before_the_beginning(officer: TestClient) -> None:
    number = written(officer)
    typed = {**FIELDS, "starts": "2026-10-05T08:00", "ends": "2026-10-05T07:00"}
    answer = post(officer, f"/campaigns/{number}/write", **typed)
    assert "Tin đã hết hạn trước khi gửi" in words_of(answer)


def test_the_preview_keeps_nothing(site: Site, officer: TestClient) -> None:
    number = written(officer)
    before = state_of(site.database, number)
    typed = {
        **FIELDS,
        "text_vi": "Lời mới ở <b>{commune}</b>",
        "text_en": "{communne}",
        "button_1_kind": "my_commune",
    }
    part = post(officer, f"/campaigns/{number}/preview", part="preview", **typed)
    assert part.text.lstrip().startswith('<div id="previews"')
    assert "Lời mới ở <b>Phường Tô Hiệu</b>" in part.text
    assert "Xem kết quả của xã" in part.text
    assert "{communne}" in words_of(part)
    whole = post(officer, f"/campaigns/{number}/preview", **typed)
    assert "Lời mới ở <b>Phường Tô Hiệu</b>" in whole.text
    assert text_of(whole, "text_vi") == typed["text_vi"]
    assert state_of(site.database, number) == before


def picture(kind: str = "PNG") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "#0b7285").save(drawn, kind)
    return drawn.getvalue()


def test_a_picture_is_added_shown_and_taken_away(site: Site, officer: TestClient) -> None:
    number = written(officer)
    path = f"/console/campaigns/{number}/picture"
    assert officer.get(path).status_code == 404
    for kind in ("PNG", "JPEG"):
        file = ("x.png", picture(kind), "text/html")
        number_in(post(officer, f"/campaigns/{number}/write", **FIELDS, picture=file))
        shown = officer.get(path)
        assert shown.content == picture(kind)
        assert shown.headers["content-type"] == f"image/{kind.lower()}"
    assert f'src="{path}?v=' in officer.get(f"/console/campaigns/{number}").text
    number_in(post(officer, f"/campaigns/{number}/write", **FIELDS, picture_away="yes"))
    assert state_of(site.database, number).message.picture is None


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'>", b"\x89PNG" + bytes(LARGEST_PICTURE)])
def test_a_picture_that_is_refused(site: Site, officer: TestClient, content: bytes) -> None:
    number = written(officer)
    typed = {**FIELDS, "text_vi": "Lời mới"}
    answer = post(officer, f"/campaigns/{number}/write", **typed, picture=("x.png", content, "image/png"))
    assert answer.status_code == 400
    assert "Ảnh phải là PNG hoặc JPEG" in words_of(answer)
    assert text_of(answer, "text_vi") == "Lời mới"
    assert state_of(site.database, number).message.texts["vi"] == WORDS


def test_a_good_picture_beside_something_wrong_is_asked_for_again(officer: TestClient) -> None:
    number = written(officer)
    typed = {**FIELDS, "title": ""}
    answer = post(officer, f"/campaigns/{number}/write", **typed, picture=("x.png", picture(), "image/png"))
    assert "Bạn chọn lại ảnh" in words_of(answer)


def test_what_is_approved_is_not_written_any_more(site: Site, officer: TestClient) -> None:
    number = submitted(site, officer, 3)
    for page in ("write", "audience"):
        assert (
            officer.get(f"/console/campaigns/{number}/{page}").headers["location"].endswith(f"/campaigns/{number}")
        )
    answer = post(officer, f"/campaigns/{number}/write", **{**FIELDS, "text_vi": "Lời mới"})
    assert "không sửa được" in problem_of(answer)
    assert text_of(answer, "text_vi") == "Lời mới"
    assert "không sửa được" in problem_of(post(officer, f"/campaigns/{number}/audience"))


# ---- whom for ----------------------------------------------------------------------------------------------------


def test_conditions_are_counted_without_being_kept(site: Site, officer: TestClient) -> None:
    add_people(site.database, range(30), site.clock.now)
    number = written(officer)
    before = state_of(site.database, number)
    part = post(officer, f"/campaigns/{number}/audience/count", part="reach", communes=[TO_HIEU])
    assert "15 người ở Phường Tô Hiệu" in words_of(part)
    assert part.text.lstrip().startswith('<div id="reach"')
    whole = post(officer, f"/campaigns/{number}/audience/count", communes=[TO_HIEU, CHIENG_AN], seen_within="30")
    assert "30 người ở Phường Chiềng An và Phường Tô Hiệu" in words_of(whole).replace(
        "Phường Tô Hiệu và Phường Chiềng An", "Phường Chiềng An và Phường Tô Hiệu"
    )
    assert f'value="{TO_HIEU}" checked' in whole.text
    assert value_of(whole, "seen_within") == "30"
    assert state_of(site.database, number) == before


def test_all_conditions_are_kept(site: Site, officer: TestClient) -> None:
    number = written(officer)
    chosen = {
        "communes": [CHIENG_AN, TO_HIEU],
        "languages": ["en"],
        "channels": ["web"],
        "forms": ["farmer"],
        "progress": ["finished", "half_way"],
        "seen_within": "7",
        "not_seen_for": " 3 ",
        "wants_reminders": "yes",
    }
    number_in(post(officer, f"/campaigns/{number}/audience", **chosen))
    kept = state_of(site.database, number)
    assert kept.audience == AudienceRule(
        communes=(TO_HIEU, CHIENG_AN),
        languages=("en",),
        channels=("web",),
        forms=("farmer",),
        progress=("half_way", "finished"),
        seen_within_days=7,
        not_seen_for_days=3,
        wants_reminders=True,
    )
    assert kept.reach is not None
    page = officer.get(f"/console/campaigns/{number}/audience").text
    assert page.count(" checked") == 8


@pytest.mark.parametrize("typed", ["0", "-1", "x", "99999", "٣", "1.5"])
def test_days_that_are_none(officer: TestClient, typed: str) -> None:
    number = written(officer)
    for address in ("audience", "audience/count"):
        answer = post(officer, f"/campaigns/{number}/{address}", seen_within=typed, communes=[TO_HIEU])
        assert "Số ngày là một số từ 1 đến 3650" in words_of(answer)
        assert value_of(answer, "seen_within") == typed
        assert f'value="{TO_HIEU}" checked' in answer.text


@pytest.mark.parametrize("field", ["communes", "languages", "channels", "forms", "progress"])
def test_what_is_not_there_to_be_chosen_does_not_become_everybody(
    site: Site, officer: TestClient, field: str
) -> None:
    number = written(officer)
    before = state_of(site.database, number).audience
    answer = post(officer, f"/campaigns/{number}/audience", **{field: ["<nowhere>"]})
    assert answer.status_code == 400
    assert "nay không còn nữa" in words_of(answer)
    assert state_of(site.database, number).audience == before


def test_an_officer_of_a_commune_writes_to_it_whatever_is_sent(site: Site) -> None:
    add_people(site.database, range(8), site.clock.now)
    officer = signed_in(site, "campaigns", CHIENG_AN)
    number = written(officer)
    page = officer.get(f"/console/campaigns/{number}/audience").text
    assert 'name="communes"' not in page
    counted = post(officer, f"/campaigns/{number}/audience/count", part="reach", communes=[TO_HIEU])
    assert "4 người ở Phường Chiềng An" in words_of(counted)
    number_in(post(officer, f"/campaigns/{number}/audience", communes=[TO_HIEU]))
    assert state_of(site.database, number).audience.communes == (CHIENG_AN,)


def test_the_province_is_not_told_small_numbers(site: Site, officer: TestClient) -> None:
    add_people(site.database, range(8), site.clock.now)
    number = written(officer)
    counted = post(officer, f"/campaigns/{number}/audience/count", part="reach")
    assert "dưới 10 người" in words_of(counted)
    take(officer, number, "count")
    assert "dưới 10" in officer.get("/console/campaigns").text


# ---- the month ---------------------------------------------------------------------------------------------------


def test_the_month_has_campaigns_and_observances(site: Site, officer: TestClient) -> None:
    written(officer, title="Tin hẹn", starts="2026-10-05T08:00", ends="2026-10-07T20:00")
    written(officer, title="Tin chưa hẹn")
    page = officer.get("/console/campaigns/calendar")
    month = words_of(page)
    assert "Tháng 10/2026" in month
    assert month.index("Ngày Khuyến học Việt Nam") < month.index("Tin hẹn") < month.index("Ngày Chuyển đổi số")
    assert "08:00 ngày 5/10/2026 đến 7/10/2026" in month
    assert month.index("Chưa đặt ngày") < month.index("Tin chưa hẹn")
    assert re.findall(r"month=([\d-]+)", page.text) == ["2026-09", "2026-11"]
    assert "Tin hẹn" not in officer.get("/console/campaigns/calendar?month=2026-11").text


def test_what_is_still_on_its_way_stands_on_the_first_of_the_next_month(site: Site, officer: TestClient) -> None:
    began = site.clock.now - timedelta(days=3)
    approved(site.database, site.clock.now, title="Đang đi", starts_at=began, state="sending")
    approved(site.database, site.clock.now, title="Đi xong", starts_at=began, state="done")
    october = officer.get("/console/campaigns/calendar?month=2026-10").text
    assert "Đang đi" in october
    assert "Đi xong" not in october
    assert "Đi xong" in officer.get("/console/campaigns/calendar?month=2026-09").text


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0000-01", "9999-12", "<b>"])
def test_no_such_month(officer: TestClient, month: str) -> None:
    assert "Tháng 10/2026" in words_of(officer.get("/console/campaigns/calendar", params={"month": month}))


def test_the_last_month_of_all(officer: TestClient) -> None:
    page = officer.get("/console/campaigns/calendar?month=2099-12").text
    assert re.findall(r"month=([\d-]+)", page) == ["2099-11"]


# ---- its life ----------------------------------------------------------------------------------------------------


def test_a_small_one_is_approved_by_whoever_wrote_it(site: Site, officer: TestClient) -> None:
    number = submitted(site, officer, 12)
    assert "Duyệt và gửi" in look(officer, number)
    assert "Đang ghi danh sách" in take(officer, number, "approve")
    tend(site.database, handbook(), site.clock.now)
    assert "đang gửi" in look(officer, number)
    assert "Đang tạm dừng" in take(officer, number, "pause")
    assert "Còn gửi 12" in take(officer, number, "resume")
    deliver(site.database, handbook(), site.clock.now)
    page = look(officer, number)
    assert "đã xong" in page
    assert "Đã gửi 12 Còn gửi 0 Cộng lại 12" in page
    check_sums(site.database)


def test_without_a_test_it_is_not_submitted(site: Site, officer: TestClient) -> None:
    add_people(site.database, range(12), site.clock.now)
    number = written(officer)
    take(officer, number, "count")
    answer = post(officer, f"/campaigns/{number}/submit")
    assert answer.status_code == 400
    assert "gửi thử cho mình xem trước" in problem_of(answer)
    assert "Mở lớp" in answer.text


def test_a_test_comes_to_the_chat_of_whoever_has_one(site: Site) -> None:
    invite_somebody(site.database, handbook(), "province", "a-token", site.clock.now, "campaigns")
    person = site.person()
    person.look()
    person.type("/start inv_a-token")
    officer = site.client()
    enter(officer, code_in_chat(site, person))
    number = written(officer)
    answer = post(officer, f"/campaigns/{number}/test")
    assert "tested_in_chat" in answer.headers["location"]
    tend(site.database, handbook(), site.clock.now)
    assert "mở lớp" in person.look()


def test_without_words_there_is_nothing_to_test(officer: TestClient) -> None:
    number = begun(officer)
    assert "chưa có bản tiếng Việt" in problem_of(post(officer, f"/campaigns/{number}/test"))


def test_a_large_one_needs_a_second_officer(site: Site, officer: TestClient, other: TestClient) -> None:
    number = submitted(site, officer, 201)
    page = look(officer, number)
    assert "cần một cán bộ khác duyệt" in page
    assert "Duyệt và gửi" not in page
    assert "cán bộ khác duyệt" in problem_of(post(officer, f"/campaigns/{number}/approve"))
    seen = look(other, number)
    for words in ("Chiều mai Phường Tô Hiệu mở lớp.", "201 người", "07:30–20:30", "Duyệt và gửi", "Cán bộ số 1"):
        assert words in seen
    assert "đang soạn" in take(other, number, "return")
    take(officer, number, "submit")
    take(other, number, "approve")
    assert state_of(site.database, number).approved_by == 2


def test_cancelling_says_what_will_be_gone_and_asks_once(site: Site, officer: TestClient) -> None:
    number = submitted(site, officer, 12)
    assert "không ai nhận tin này" in look(officer, number, "/cancel")
    take(officer, number, "approve")
    tend(site.database, handbook(), site.clock.now)
    assert "12 người chưa nhận sẽ không nhận nữa" in look(officer, number, "/cancel")
    take(officer, number, "cancel")
    tend(site.database, handbook(), site.clock.now)
    page = look(officer, number)
    assert "đã hủy" in page
    assert "Không gửi nữa tin đã hủy: 12 12 Cộng lại 12" in page
    assert officer.get(f"/console/campaigns/{number}/cancel").status_code == 303
    assert "không hủy được" in problem_of(post(officer, f"/campaigns/{number}/cancel"))


def test_who_is_in_doubt_may_get_it_again(site: Site, officer: TestClient) -> None:
    add_people(site.database, range(12), site.clock.now)
    number = approved(site.database, site.clock.now, title="Mở lớp")
    assert officer.get(f"/console/campaigns/{number}/again").status_code == 303
    tend(site.database, handbook(), site.clock.now)
    deliver(site.database, handbook(), site.clock.now, outcome="in_doubt")
    assert "Chưa chắc đã nhận 12" in look(officer, number)
    assert "vài người sẽ nhận hai lần" in look(officer, number, "/again")
    assert "Còn gửi 12" in take(officer, number, "again")


def test_reasons_are_told_for_everybody_who_was_not_reached(site: Site, officer: TestClient) -> None:
    now = site.clock.now
    add_people(site.database, range(9), now)
    add_people(site.database, range(100, 103), now, unreachable="blocked")
    add_people(site.database, range(200, 202), now, unreachable="deactivated")
    number = approved(site.database, now)
    tend(site.database, handbook(), now)
    deliver(site.database, handbook(), now, refuse={"3"})
    page = look(officer, number)
    assert (
        "Đã gửi 8 Còn gửi 0 Không nhắn được đã chặn: 3 tài khoản đã đóng: 2 5 Tin bị từ chối 1 Cộng lại 14" in page
    )


def test_of_few_people_the_province_is_told_no_parts(site: Site, officer: TestClient) -> None:
    add_people(site.database, range(4), site.clock.now)
    number = approved(site.database, site.clock.now)
    tend(site.database, handbook(), site.clock.now)
    page = look(officer, number)
    assert "Người nhận: dưới 10" in page
    assert "Sổ gửi" not in page
    assert "dưới 10 người chưa nhận" in look(officer, number, "/cancel")


# ---- as it goes on -----------------------------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream does not wait between two looks."""
    monkeypatch.setattr(campaign_progress, "EVERY_SECONDS", 0)


def test_events_bring_the_changed_part_of_the_page(site: Site, officer: TestClient, at_once: None) -> None:
    add_people(site.database, range(12), site.clock.now)
    number = approved(site.database, site.clock.now)
    tend(site.database, handbook(), site.clock.now)
    stream = officer.get(f"/console/campaigns/{number}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    assert stream.text.startswith("retry: 1000\n\n")
    assert stream.text.count("event: progress") == 1, "nothing has changed in between"
    assert "event: over" not in stream.text
    drawn = "\n".join(re.findall(r"^data: (.*)$", stream.text, re.MULTILINE))
    page = officer.get(f"/console/campaigns/{number}").text
    for part in ("figures", "ways"):
        assert f'<div id="{part}"' in drawn
    assert drawn.strip() in "\n".join(line.strip("\n") for line in page.split("\n"))


def test_events_end_when_it_is_over(site: Site, officer: TestClient, at_once: None) -> None:
    add_people(site.database, range(12), site.clock.now)
    number = approved(site.database, site.clock.now)
    tend(site.database, handbook(), site.clock.now)
    deliver(site.database, handbook(), site.clock.now)
    stream = officer.get(f"/console/campaigns/{number}/events").text
    assert "đã xong" in stream
    assert stream.endswith("event: over\ndata: \n\n")


def test_events_of_nothing(officer: TestClient) -> None:
    assert officer.get("/console/campaigns/7/events").status_code == 404


def test_a_stream_ends_before_a_server_stops_waiting() -> None:
    assert campaign_progress.EVERY_SECONDS * (campaign_progress.LOOKS - 1) < REQUESTS_SECONDS


def test_the_ledger_as_a_file(site: Site, officer: TestClient) -> None:
    add_people(site.database, range(12), site.clock.now)
    number = approved(site.database, site.clock.now)
    tend(site.database, handbook(), site.clock.now)
    deliver(site.database, handbook(), site.clock.now, refuse={"3"})
    answer = post(officer, f"/campaigns/{number}/ledger")
    assert answer.headers["content-disposition"] == f'attachment; filename="campaign-{number}-ledger.csv"'
    rows = answer.text.splitlines()
    assert rows[0] == "place,state,reason,hour"
    assert rows[1] == "1,sent,,2026-10-01 09:00"
    assert rows[12] == "12,refused,,2026-10-01 09:00"
    assert len(rows) == 13


def test_no_file_of_few_people(site: Site) -> None:
    officer = signed_in(site, "campaigns", TO_HIEU)
    add_people(site.database, range(4), site.clock.now)
    number = approved(site.database, site.clock.now, unit=TO_HIEU)
    tend(site.database, handbook(), site.clock.now)
    answer = post(officer, f"/campaigns/{number}/ledger")
    assert answer.status_code == 400
    assert "không lập tệp" in words_of(answer)


# ---- what is not theirs ------------------------------------------------------------------------------------------

LOOKS = ("", "/write", "/audience", "/cancel", "/again", "/events", "/picture")
STEPS = (
    "write",
    "preview",
    "audience",
    "audience/count",
    "count",
    "test",
    "submit",
    "approve",
    "return",
    "pause",
    "resume",
    "cancel",
    "again",
    "ledger",
)


def test_a_campaign_of_another_unit_is_not_there(site: Site, officer: TestClient) -> None:
    stranger = signed_in(site, "campaigns", CHIENG_AN)
    number = written(officer, title="Không phải của bạn")
    before = state_of(site.database, number)
    for page in LOOKS:
        assert stranger.get(f"/console/campaigns/{number}{page}").status_code == 404, page
    for step in STEPS:
        assert post(stranger, f"/campaigns/{number}/{step}", **FIELDS).status_code == 404, step
    for page in ("", "/calendar"):
        assert "Không phải của bạn" not in stranger.get(f"/console/campaigns{page}").text
    assert state_of(site.database, number) == before


@pytest.mark.parametrize("number", [7, 2**53 + 1, 10**40])
def test_no_campaign_of_this_number(officer: TestClient, number: int) -> None:
    for page in LOOKS:
        assert officer.get(f"/console/campaigns/{number}{page}").status_code == 404, page
    for step in STEPS:
        assert post(officer, f"/campaigns/{number}/{step}", **FIELDS).status_code == 404, step


@pytest.mark.parametrize("role", ["statistics", "administrator"])
def test_only_officers_have_campaigns(site: Site, role: str) -> None:
    member = signed_in(site, role)  # type: ignore[arg-type]
    for page in ("", "/new", "/calendar", "/1"):
        assert member.get(f"/console/campaigns{page}").status_code == 404


# ---- what is typed is never part of a page -----------------------------------------------------------------------

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe src=javascript:alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\" onclick='alert(1)'>x</a>",
    "<b onmouseover=alert(1)>x</b>",
    "<a href='https://x.vn' style=position:fixed>x</a>",
    "<b><style>*{display:none}</style>x</b>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "data:text/html,<script>alert(1)</script>",
    "{{ 1111111 * 1111111 }}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<x\x00><\x00script>alert(1)</script>",
)
_OURS = r'script(?! type="module" src="/console/static/)|img(?! src="/console/)'
_IN_A_TAG = r"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*"""
DANGEROUS = re.compile(
    rf"<(?:{_OURS}|svg|iframe|style|math|object|embed|x)\b"
    rf"|{_IN_A_TAG}\b(?:on[a-z]+|style)\s*="
    r"|href=[\"']?\s*(?:javascript|data):"
    r"|1234567654321",
    re.IGNORECASE,
)


def test_what_is_looked_for_is_found() -> None:
    harmless = ("data:text", "{{", "&lt;")
    assert [attack for attack in ATTACKS if not DANGEROUS.search(attack) and not attack.startswith(harmless)] == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_of_an_officer_becomes_part_of_a_page(site: Site, officer: TestClient, attack: str) -> None:
    """Whether it is kept or refused: on no page does anything stand that a browser would carry out."""
    pages: list[httpx2.Response] = []
    kept = Campaign(0, title=attack, message=Message({"vi": "x"}, (MessageButton("link", attack, "https://x.vn"),)))
    number = approved(site.database, site.clock.now, kept.audience, kept.message, title=attack, state="draft")
    fields = {
        **FIELDS,
        "title": attack,
        "text_vi": f"Bà con {attack} ơi",
        "text_en": attack,
        "button_1_kind": "link",
        "button_1_label": attack,
        "button_1_url": f"https://x.vn/{attack}",
        "button_2_kind": attack,
        "starts": attack,
        "first": attack,
    }
    pages.append(post(officer, f"/campaigns/{number}/write", **fields))
    pages.append(post(officer, f"/campaigns/{number}/preview", **fields))
    pages.append(post(officer, f"/campaigns/{number}/preview", part="preview", **fields))
    fitting = {**FIELDS, "title": attack, "text_vi": f"Bà con {attack} ơi"}
    pages.append(post(officer, f"/campaigns/{number}/write", **fitting))
    for address in ("audience", "audience/count"):
        chosen = {name: [attack] for name in ("communes", "forms", "languages", "channels", "progress")}
        pages.append(post(officer, f"/campaigns/{number}/{address}", **chosen, seen_within=attack))
    pages.append(post(officer, "/campaigns/new", template=attack))
    query = {"month": attack, "before": attack, "note": attack, "n_x": attack}
    addresses = (
        "",
        "/calendar",
        "/new",
        f"/{number}",
        f"/{number}/write",
        f"/{number}/audience",
        f"/{number}/cancel",
    )
    pages += [officer.get(f"/console/campaigns{address}", params=query) for address in addresses]
    tend(site.database, handbook(), site.clock.now)
    pages.append(officer.get(f"/console/campaigns/{number}"))
    for page in pages:
        assert page.status_code in (200, 303, 400, 404), page.text
        found = DANGEROUS.search(page.text)
        assert not found, page.text[max(0, found.start() - 200) : found.end() + 100]
    assert escape(state_of(site.database, number).title) in officer.get("/console/campaigns").text
