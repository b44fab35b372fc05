"""The console's settings: pass marks, adults, limits, staff, the audit; what is refused, and what takes effect."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import httpx2
import pytest
from starlette.testclient import TestClient

from engine.disclosure.released import PROVINCE
from engine.state import Role
from handlers.adults import LARGEST_FILE, adults_entered
from handlers.staff_office import list_staff
from storage.database import Transaction
from storage.staff import Audited, load_audit, write_audit
from tests.chats import handbook
from tests.counting import UNIT, invite_somebody, publish_made_up
from tests.server import LINK
from tests.web.conftest import Site
from tests.web.console import enter, post, problem_of, signed_in

pytestmark = pytest.mark.slow

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
GETS = (
    "/settings",
    "/settings/pass-marks",
    f"/settings/pass-marks/{UNIT}",
    "/settings/adults",
    "/settings/adults/file",
    "/settings/limits",
    "/settings/staff",
    "/settings/staff/1",
    "/settings/staff/1/remove",
    "/settings/audit",
)
LIMITS = {"a_day": "2", "a_week": "5", "most_alone": "50", "first": "08:00", "last": "19:00"}


@pytest.fixture
def office(site: Site) -> TestClient:
    """The browser of the first member of staff, an administrator."""
    return signed_in(site)


def words(page: httpx2.Response) -> str:
    """The page as one reads it."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def audited(site: Site) -> list[Audited]:
    with site.database.transaction() as transaction:
        return load_audit(transaction, most=100)


def last_audited(site: Site) -> tuple[str, str, str]:
    line = audited(site)[0]
    return line.who, line.action, line.about


def follow(client: TestClient, answer: httpx2.Response) -> httpx2.Response:
    """The page that a form leads to once it was taken."""
    assert answer.status_code == 303, problem_of(answer) or answer.text
    return client.get(answer.headers["location"])


def value_of(page: httpx2.Response, name: str) -> str:
    found = re.search(rf'<input id="[^"]*" name="{name}"[^>]*? value="([^"]*)"', page.text)
    found = found or re.search(rf'<input id="[^"]*" name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return unescape(found[1])


def is_marked(page: httpx2.Response, field: str) -> bool:
    """Whether the field says that it is wrong, and which words say why."""
    found = re.search(rf'<(?:input|select) id="{field}"[^>]*>', page.text)
    assert found, field
    described = re.search(r'aria-describedby="([^"]*)"', found[0])
    names = described[1].split() if described else []
    return 'aria-invalid="true"' in found[0] and all(f'id="{name}"' in page.text for name in names) and bool(names)


# ---- everywhere ------------------------------------------------------------------------------------------------


def test_every_page_opens_for_an_administrator_in_each_language(office: TestClient) -> None:
    for language in handbook().languages:
        post(office, "/account/language", language=language)
        for path in GETS:
            answer = office.get(f"/console{path}")
            assert answer.status_code == 200, path
            assert "style=" not in answer.text
            assert not re.search(r"<script(?! type=\"module\" src=)", answer.text)


@pytest.mark.parametrize("role", ["statistics", "campaigns"])
def test_nobody_else_has_them(site: Site, role: Role) -> None:
    client = signed_in(site, role)
    assert {client.get(f"/console{path}").status_code for path in GETS} == {404}


# ---- pass marks ------------------------------------------------------------------------------------------------


def test_a_pass_mark_is_confirmed_and_holds_in_the_chat_at_once(site: Site, office: TestClient) -> None:
    person = site.person()
    person.finish()
    assert "80 điểm" in person.screen["html"]
    assert "tạm tính" in person.screen["html"]
    answer = post(office, f"/settings/pass-marks/{LINK}", points="55", source="Công văn 12/HKH")
    page = follow(office, answer)
    assert "Đã lưu mức điểm của Phường Tô Hiệu." in words(page)
    assert "Phường Tô Hiệu 55 Đã xác nhận Công văn 12/HKH" in words(page)
    shown = person.type("/result")["html"]
    assert "55 điểm" in shown
    assert "tạm tính" not in shown
    assert last_audited(site) == ("staff 1", "pass_mark_set", f"{LINK}: 55, confirmed")


def test_a_pass_mark_goes_back_to_the_shipped_one(site: Site, office: TestClient) -> None:
    page = office.get(f"/console/settings/pass-marks/{LINK}")
    assert "/reset" not in page.text
    assert post(office, f"/settings/pass-marks/{LINK}/reset").status_code == 404
    post(office, f"/settings/pass-marks/{LINK}", points="55", source="")
    assert "/reset" in office.get(f"/console/settings/pass-marks/{LINK}").text
    page = follow(office, post(office, f"/settings/pass-marks/{LINK}/reset"))
    assert "Phường Tô Hiệu 80 Tạm tính" in words(page)


def test_in_the_middle_of_a_round_a_pass_mark_is_only_confirmed(site: Site, office: TestClient) -> None:
    publish_made_up(site.database)
    for source in ("Công văn 12/HKH", ""):
        page = post(office, f"/settings/pass-marks/{UNIT}", points="74", source=source)
        assert page.status_code == 400
        assert "đã phát hành với mức điểm này" in problem_of(page)
        assert 'value="74"' in page.text
    assert post(office, f"/settings/pass-marks/{UNIT}", points="80", source="Công văn 12/HKH").status_code == 303
    page = post(office, f"/settings/pass-marks/{UNIT}/reset")
    assert page.status_code == 400
    assert "đã phát hành với mức điểm này" in words(page)


@pytest.mark.parametrize(
    ("fields", "wrong", "why"),
    [
        ({"points": "0", "source": "so 5"}, "points", "một số từ 1 đến 100"),
        ({"points": "101", "source": "so 5"}, "points", "một số từ 1 đến 100"),
        ({"points": "tám mươi", "source": "so 5"}, "points", "một số từ 1 đến 100"),
        ({"points": "٣", "source": "so 5"}, "points", "một số từ 1 đến 100"),
        ({"points": "80", "source": "x" * 201}, "source", "trong 200 ký tự"),
    ],
)
def test_a_refused_pass_mark_comes_back_as_it_was_typed(
    site: Site, office: TestClient, fields: dict[str, str], wrong: str, why: str
) -> None:
    page = post(office, f"/settings/pass-marks/{LINK}", **fields)
    assert page.status_code == 400
    assert why in problem_of(page)
    assert is_marked(page, wrong)
    assert {name: value_of(page, name) for name in fields} == fields
    assert handbook().province.by_code[LINK].pass_mark == 80


def test_there_is_no_other_commune(office: TestClient) -> None:
    assert office.get("/console/settings/pass-marks/99999").status_code == 404
    assert post(office, "/settings/pass-marks/99999", points="70", source="").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "to hieu"}, ["Phường Tô Hiệu"]),
        ({"q": "chieng xom"}, ["Phường Chiềng An"]),
        ({"state": "confirmed"}, ["Phường Tô Hiệu"]),
        ({"q": "chieng an", "state": "confirmed"}, []),
        ({"q": "nowhere"}, []),
    ],
)
def test_communes_are_found_without_javascript(
    office: TestClient, query: dict[str, str], expected: list[str]
) -> None:
    post(office, f"/settings/pass-marks/{LINK}", points="80", source="Công văn 1")
    page = office.get("/console/settings/pass-marks", params=query)
    rows = re.findall(r'data-state="\w+">\s*<th scope="row"><a [^>]*>([^<]*)</a>', page.text)
    assert rows == expected
    assert f"<strong data-count>{len(expected)}</strong>" in page.text


# ---- adults ----------------------------------------------------------------------------------------------------


def send_file(client: TestClient, content: bytes) -> httpx2.Response:
    return post(client, "/settings/adults/file", file=("adults.csv", content, "text/csv"))


def adults(site: Site) -> dict[str, int]:
    with site.database.transaction() as transaction:
        return adults_entered(transaction)


def test_adults_go_out_as_a_file_and_come_back(site: Site, office: TestClient) -> None:
    blank = office.get("/console/settings/adults/file")
    assert blank.headers["content-type"] == "text/csv; charset=utf-8"
    assert "hoctap-adults.csv" in blank.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(blank.content.decode("utf-8-sig"))))
    assert len(rows) == 75
    assert follow_fails(send_file(office, blank.content)) == ["Dòng 1: Tệp chưa có số nào."]
    filled = blank.content.replace(b"\xc3\xb4 Hi\xe1\xbb\x87u,", b"\xc3\xb4 Hi\xe1\xbb\x87u,8450")
    assert "thay đổi: 1" in words(follow(office, send_file(office, filled)))
    assert adults(site) == {LINK: 8450}
    assert last_audited(site) == ("staff 1", "adults_set", f"{LINK} 8450")
    assert send_file(office, office.get("/console/settings/adults/file").content).status_code == 303
    assert adults(site) == {LINK: 8450}


def follow_fails(page: httpx2.Response) -> list[str]:
    """What is wrong in the lines of a file."""
    assert page.status_code == 400
    assert 'id="file-problem"' in page.text
    said = re.findall(r"<li>(Dòng .*?|Và .*?)</li>", page.text)
    return [unescape(each) for each in said]


def test_what_is_wrong_in_a_file_is_said_line_by_line_and_nothing_is_kept(site: Site, office: TestClient) -> None:
    content = f"code,adults\n{LINK},100\n99999,5\n03667,8.450\n{LINK},7\n".encode()
    assert follow_fails(send_file(office, content)) == [
        "Dòng 3: Không có xã, phường nào mã “99999”.",
        "Dòng 4: “8.450” không phải là số người lớn. Viết liền, ví dụ 8450.",
        f"Dòng 5: Mã {LINK} có hai lần.",
    ]
    assert adults(site) == {}


def test_many_wrong_lines_are_counted(office: TestClient) -> None:
    content = "code,adults\n" + "99999,5\n" * 30
    assert follow_fails(send_file(office, content.encode()))[-1] == "Và 10 dòng nữa."


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04\xff\xfe", b"\x00\xff" * 50, b'code,adults\n"' + b"x" * 200_000]
)
def test_what_is_no_table_is_refused(office: TestClient, content: bytes) -> None:
    assert len(follow_fails(send_file(office, content))) == 1


def test_a_file_that_is_too_large_is_not_read(site: Site, office: TestClient) -> None:
    assert send_file(office, b"code,adults\n" + b" " * LARGEST_FILE).status_code == 413
    assert adults(site) == {}


def test_a_form_without_a_file_is_refused(office: TestClient) -> None:
    assert post(office, "/settings/adults/file").status_code == 400


def test_single_numbers_are_typed_and_taken_back(site: Site, office: TestClient) -> None:
    post(office, "/settings/adults", **{LINK: "8450", f"was-{LINK}": "", UNIT: "9000", f"was-{UNIT}": ""})
    assert adults(site) == {LINK: 8450, UNIT: 9000}
    assert value_of(office.get("/console/settings/adults"), LINK) == "8450"
    post(office, "/settings/adults", **{LINK: "", f"was-{LINK}": "8450"})
    assert adults(site) == {UNIT: 9000}
    assert last_audited(site) == ("staff 1", "adults_set", f"{LINK} -")


def test_what_somebody_else_has_entered_meanwhile_stays(site: Site, office: TestClient) -> None:
    post(office, "/settings/adults", **{LINK: "8450", f"was-{LINK}": ""})
    stale = {LINK: "", f"was-{LINK}": "", UNIT: "9000", f"was-{UNIT}": ""}
    post(office, "/settings/adults", **stale)
    assert adults(site) == {LINK: 8450, UNIT: 9000}


def test_a_wrong_number_in_the_table_is_marked_and_nothing_is_kept(site: Site, office: TestClient) -> None:
    fields = {LINK: "8.450", f"was-{LINK}": "", UNIT: "9000", f"was-{UNIT}": ""}
    page = post(office, "/settings/adults", **fields)
    assert page.status_code == 400
    assert is_marked(page, f"n{LINK}")
    assert not is_marked(page, f"n{UNIT}")
    assert (value_of(page, LINK), value_of(page, UNIT)) == ("8.450", "9000")
    assert adults(site) == {}


# ---- limits ----------------------------------------------------------------------------------------------------


def test_limits_are_in_force_at_once(site: Site, office: TestClient) -> None:
    page = follow(office, post(office, "/settings/limits", **LIMITS))
    assert {name: value_of(page, name) for name in LIMITS} == LIMITS
    rules = site.door.handbook.rules  # type: ignore[attr-defined]
    assert (rules.calm.a_day, rules.calm.a_week, rules.most_alone) == (2, 5, 50)
    assert rules.per_second == 25
    assert "2 tin một ngày, 5 tin một tuần. Gửi từ 08:00 đến 19:00." in words(office.get("/console/settings"))
    assert last_audited(site)[:2] == ("staff 1", "limits_set")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"a_day": "0"}, "a_day"),
        ({"a_day": "hai"}, "a_day"),
        ({"a_week": "1"}, "a_week"),
        ({"a_week": "21"}, "a_week"),
        ({"most_alone": "-1"}, "most_alone"),
        ({"most_alone": "9" * 400}, "most_alone"),
        ({"first": "05:59"}, "first"),
        ({"first": "19:00"}, "first"),
        ({"first": "08:00+07:00"}, "first"),
        ({"last": "22:01"}, "first"),
        ({"last": ""}, "first"),
        ({"last": "25:00"}, "first"),
    ],
)
def test_refused_limits_come_back_as_they_were_typed(
    site: Site, office: TestClient, change: dict[str, str], wrong: str
) -> None:
    typed = LIMITS | change
    page = post(office, "/settings/limits", **typed)
    assert page.status_code == 400
    assert problem_of(page)
    assert is_marked(page, wrong)
    assert {name: value_of(page, name) for name in LIMITS} == typed
    assert site.door.handbook.rules.calm.a_day == 1  # type: ignore[attr-defined]


# ---- staff -----------------------------------------------------------------------------------------------------


def staff(site: Site) -> dict[int, tuple[str, str]]:
    with site.database.transaction() as transaction:
        lines = list_staff(transaction, site.clock.now)
    return {line.member.id: (line.member.role, line.member.unit) for line in lines}


def link_on(page: httpx2.Response) -> str:
    """The code at the end of the link that a page shows once."""
    assert page.status_code == 200
    found = re.search(r'value="http://testserver/console/sign-in/(\w+)"', page.text)
    assert found
    return found[1]


def test_an_invitation_is_shown_once_and_lets_one_person_in(site: Site, office: TestClient) -> None:
    code = link_on(post(office, "/settings/staff/invite", role="campaigns", unit=UNIT))
    assert code not in office.get("/console/settings/staff").text
    assert "đã mời, đến" in words(office.get("/console/settings/staff"))
    newcomer = site.client()
    assert enter(newcomer, code).status_code == 303
    assert newcomer.get("/console/account").status_code == 200
    assert enter(site.client(), code).status_code == 403
    assert staff(site)[2] == ("campaigns", UNIT)
    assert ("staff 1", "staff_invited", f"campaigns of {UNIT}") in [
        (line.who, line.action, line.about) for line in audited(site)
    ]


def test_an_invitation_may_be_typed_in_a_chat(site: Site, office: TestClient) -> None:
    page = post(office, "/settings/staff/invite", role="statistics", unit=UNIT)
    typed = re.search(r'value="(/start inv_\w+)"', page.text)
    assert typed
    person = site.person()
    person.look()
    person.type(typed[1])
    assert "Vào bằng chat" in words(office.get("/console/settings/staff/2"))


def test_an_invitation_that_has_ended_is_called_so(site: Site, office: TestClient) -> None:
    post(office, "/settings/staff/invite", role="statistics", unit=UNIT)
    site.clock.now += timedelta(hours=7)
    office.get("/console/settings")
    site.clock.now += timedelta(hours=18)
    assert "lời mời hết hạn" in words(signed_in(site).get("/console/settings/staff"))


@pytest.mark.parametrize(
    ("role", "unit", "wrong"),
    [
        ("boss", PROVINCE, "role"),
        ("statistics", "99999", "unit"),
        ("administrator", UNIT, "unit"),
        ("", "", "role"),
    ],
)
def test_nobody_is_invited_to_what_there_is_not(
    site: Site, office: TestClient, role: str, unit: str, wrong: str
) -> None:
    page = post(office, "/settings/staff/invite", role=role, unit=unit)
    assert page.status_code == 400
    assert is_marked(page, wrong)
    assert len(staff(site)) == 1
    assert is_marked(post(office, "/settings/staff/1", role=role or "x", unit=unit or "y"), wrong)


def test_a_role_and_a_unit_change_at_once_and_the_session_stays(site: Site, office: TestClient) -> None:
    member = signed_in(site, "statistics", UNIT)
    assert member.get("/console/calendar").status_code == 404
    page = follow(office, post(office, "/settings/staff/2", role="campaigns", unit=PROVINCE))
    assert "Đã đổi phần việc của cán bộ số 2." in words(page)
    assert member.get("/console/calendar").status_code == 200
    about = f"staff 2: statistics of {UNIT}, now campaigns of {PROVINCE}"
    assert last_audited(site) == ("staff 1", "staff_changed", about)


def test_the_last_administrator_stays(site: Site, office: TestClient) -> None:
    post(office, "/settings/staff/invite", role="administrator", unit=PROVINCE)  # and has not come
    for page in (
        post(office, "/settings/staff/1", role="campaigns", unit=PROVINCE),
        post(office, "/settings/staff/1/remove"),
    ):
        assert page.status_code == 400
        assert "quản trị viên cuối cùng" in problem_of(page)
        assert is_marked(page, "role")
    assert staff(site)[1] == ("administrator", PROVINCE)
    signed_in(site)
    assert post(office, "/settings/staff/1", role="campaigns", unit=PROVINCE).status_code == 303
    assert office.get("/console/settings").status_code == 404


def test_who_has_no_chat_is_let_in_by_a_code_that_works_once(site: Site, office: TestClient) -> None:
    signed_in(site, "statistics", UNIT)
    code = link_on(post(office, "/settings/staff/2/link"))
    assert code not in office.get("/console/settings/staff/2").text
    assert enter(site.client(), code).status_code == 303
    assert enter(site.client(), code).status_code == 403
    assert ("staff 1", "sign_in_link_made") in [(line.who, line.action) for line in audited(site)]


def test_who_has_a_chat_gets_the_code_there_and_nobody_else(site: Site, office: TestClient) -> None:
    invite_somebody(site.database, handbook(), UNIT, "tokenofsomebody", site.clock.now)
    person = site.person()
    person.look()
    person.type("/start inv_tokenofsomebody")
    assert "/staff/2/link" not in office.get("/console/settings/staff/2").text
    page = post(office, "/settings/staff/2/link")
    assert page.status_code == 400
    assert "/console" in problem_of(page)


def test_somebody_is_signed_out_everywhere(site: Site, office: TestClient) -> None:
    member = signed_in(site, "statistics", UNIT)
    page = follow(office, post(office, "/settings/staff/2/sign-out"))
    assert "Cán bộ số 2 đã ra khỏi 1 máy." in words(page)
    assert member.get("/console/account").headers["location"] == "/console/sign-in"
    assert last_audited(site) == ("staff 1", "signed_out", "staff 2, 1 browsers")


def test_removing_is_asked_once_and_ends_everything(site: Site, office: TestClient) -> None:
    member = signed_in(site, "statistics", UNIT)
    page = office.get("/console/settings/staff/2/remove")
    assert "Thôi giao việc cho cán bộ số 2?" in words(page)
    assert len(staff(site)) == 2
    assert "Đã thôi giao việc" in words(follow(office, post(office, "/settings/staff/2/remove")))
    assert member.get("/console/account").status_code == 303
    assert staff(site).keys() == {1}
    assert last_audited(site) == ("staff 1", "staff_dismissed", "staff 2")


def test_who_is_not_there_is_not_found(office: TestClient) -> None:
    for path in ("", "/remove"):
        assert office.get(f"/console/settings/staff/77{path}").status_code == 404
    for path in ("", "/remove", "/link", "/sign-out"):
        fields = {"role": "statistics", "unit": UNIT}
        assert post(office, f"/settings/staff/77{path}", **fields).status_code == 404


# ---- the audit -------------------------------------------------------------------------------------------------


def write_lines(site: Site, count: int, about: str = "campaign {}") -> None:
    def write(transaction: Transaction) -> None:
        for number in range(count):
            at = site.clock.now - timedelta(days=2, minutes=count - number)
            write_audit(transaction, at, "staff 1 by command line", "campaign_changed", about.format(number))

    with site.database.transaction() as transaction:
        write(transaction)


def lines_on(page: httpx2.Response) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*<td>(.*?)</tr>", page.text, re.DOTALL)
    return [[words_of(cell) for cell in row.split("</td>")[:4]] for row in rows]


def words_of(cell: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", cell).split()))


def test_the_audit_says_who_did_what_in_words(site: Site, office: TestClient) -> None:
    write_lines(site, 1)
    lines = lines_on(office.get("/console/settings/audit"))
    assert lines[0] == [
        "08:59:00 ngày 29/9/2026",
        "Cán bộ số 1, bằng dòng lệnh",
        "Sửa tin campaign_changed",
        "campaign 0",
    ]
    done = [line[2] for line in lines[1:]]
    assert done == ["Đăng nhập signed_in", "Nhận lời mời staff_came", "Mời cán bộ staff_invited"]


def test_the_audit_has_pages(site: Site, office: TestClient) -> None:
    write_lines(site, 250)
    seen, address = [], "/console/settings/audit?text=campaign"
    while address:
        page = office.get(address)
        seen += [line[3] for line in lines_on(page)]
        found = re.search(r'href="([^"]*before=\d+)"', page.text)
        address = unescape(found[1]) if found else ""
    assert seen == [f"campaign {number}" for number in reversed(range(250))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"who": "1", "action": "campaign_changed"}, 3),
        ({"who": "staff 1", "action": "campaign_changed"}, 3),
        ({"who": "command line"}, 1),
        ({"who": "2"}, 0),
        ({"action": "signed_in"}, 1),
        ({"text": "CAMPAIGN 2"}, 1),
        ({"text": "%"}, 0),
        ({"from": "2026-10-01"}, 3),
        ({"to": "2026-09-29"}, 3),
        ({"from": "2026-09-30", "to": "2026-09-30"}, 0),
        ({"before": "nonsense"}, 0),
    ],
)
def test_the_audit_is_filtered(site: Site, office: TestClient, query: dict[str, str], expected: int) -> None:
    write_lines(site, 3)
    page = office.get("/console/settings/audit", params=query)
    assert len(lines_on(page)) == expected


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "9999-12-31"])
def test_what_is_no_day_is_said_at_the_field(office: TestClient, day: str) -> None:
    page = office.get("/console/settings/audit", params={"to": day})
    assert page.status_code == 400
    assert is_marked(page, "to")
    assert f'value="{day}"' in page.text
    assert post(office, "/settings/audit/export", to=day).status_code == 400


def test_the_audit_is_taken_along_and_that_is_audited(
    site: Site, office: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.look_at_audit.PART", 10)
    write_lines(site, 35, '=HYPERLINK("x")&{}')
    answer = post(office, "/settings/audit/export", action="campaign_changed")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "hoctap-audit-2026-10-01.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["about"] for row in rows] == [f'\'=HYPERLINK("x")&{number}' for number in reversed(range(35))]
    assert rows[0] == {
        "at": "2026-09-29 08:59:00",
        "who": "staff 1 by command line",
        "action": "campaign_changed",
        "what": "Sửa tin",
        "about": '\'=HYPERLINK("x")&34',
    }
    assert last_audited(site) == ("staff 1", "audit_exported", "action campaign_changed")


# ---- what is typed is never markup -----------------------------------------------------------------------------


def test_what_was_typed_is_never_markup(site: Site, office: TestClient) -> None:
    post(office, f"/settings/pass-marks/{LINK}", points=XSS, source=XSS)
    post(office, f"/settings/pass-marks/{LINK}", points="70", source=XSS)
    with site.database.transaction() as transaction:
        write_audit(transaction, site.clock.now, "staff 1", XSS, XSS)
    pages = [
        post(office, f"/settings/pass-marks/{LINK}", points=XSS, source=XSS),
        post(office, "/settings/limits", **dict.fromkeys(LIMITS, XSS)),
        post(office, "/settings/adults", **{LINK: XSS}),
        send_file(office, f'code,adults\n"{XSS}",1\n{LINK},{XSS}\n'.encode()),
        post(office, "/settings/staff/invite", role=XSS, unit=XSS),
        post(office, "/settings/staff/1", role=XSS, unit=XSS),
        office.get("/console/settings/pass-marks", params={"q": XSS, "state": XSS}),
        office.get(f"/console/settings/pass-marks/{LINK}"),
        office.get("/console/settings/audit"),
        office.get("/console/settings/audit", params=dict.fromkeys(("who", "action", "text", "from", "to"), XSS)),
        office.get("/console/settings", params={"note": "console.done.pass_mark_set", "n_commune": XSS}),
    ]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
    assert "&lt;script&gt;" in pages[7].text
    assert "&lt;script&gt;" in pages[8].text
