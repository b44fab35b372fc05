"""Questionnaires in the console: looked at, tried, downloaded, changed by workbook, published."""

import json
import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from storage.forms import load_published_forms
from tests.web.conftest import Site
from tests.web.console import post, problem_of, signed_in, token_of
from tests.workbooks import changed, workbook_of

pytestmark = pytest.mark.slow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FARMER = "/questionnaires/farmer/versions/2026.1"
DRAFT = "/questionnaires/farmer/versions/2026.2"
RADIO = (
    ("survey!D2", "Mỗi tuần bạn nghe đài mấy ngày?"),
    ("survey!E2", "How many days a week do you hear news?"),
)
ATTACK = "<script>alert(1)</script>"


def upload(client: TestClient, content: bytes) -> str:
    """Where it leads, or the page that says what is wrong."""
    answer = post(client, "/questionnaires/upload", workbook=("form.xlsx", content, XLSX))
    if answer.status_code == 303:
        return answer.headers["location"]
    assert answer.status_code in (413, 422), answer.text
    return answer.text


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def test_everybody_sees_the_forms_and_only_the_administrator_changes_them(site: Site) -> None:
    reader = signed_in(site, "statistics", "03667")
    listed = reader.get("/console/questionnaires").text
    assert listed.count("<h2") == 4
    assert 'type="file"' not in listed
    refused = post(reader, "/questionnaires/upload", workbook=("form.xlsx", changed(), XLSX))
    assert refused.status_code == 404
    assert 'type="file"' in signed_in(site).get("/console/questionnaires").text


def test_a_form_is_shown_question_by_question_in_each_language(site: Site) -> None:
    client = signed_in(site)
    page = client.get(f"/console{FARMER}").text
    assert page.count('<li id="q') == 20
    assert "Hầu như không" in page
    assert "Thói quen cập nhật tin" in page  # why it is asked: for staff
    assert "Hardly ever" in client.get(f"/console{FARMER}?language=en").text
    assert client.get("/console/questionnaires/farmer/versions/9").status_code == 404
    assert client.get("/console/questionnaires/fisher/versions/2026.1").status_code == 404


def test_the_download_is_what_the_upload_takes(site: Site) -> None:
    client = signed_in(site)
    file = client.get(f"/console{FARMER}/workbook")
    assert file.headers["content-disposition"] == 'attachment; filename="hoctap-farmer-2026.1.xlsx"'
    assert file.content == workbook_of()
    assert "C131" in upload(client, file.content)  # only the version must be another


def test_a_form_is_changed_tried_and_published(site: Site) -> None:
    client = signed_in(site)
    assert upload(client, changed(*RADIO)) == f"/console{DRAFT}?note=console.done.form_uploaded"
    draft = client.get(f"/console{DRAFT}").text
    assert "Sửa: q01" in draft
    assert RADIO[0][1] in client.get(f"/console{DRAFT}/trial").text
    answer = post(client, "/questionnaires/farmer/publish", digest=hidden(draft, "digest"), version="2026.2")
    assert answer.headers["location"].startswith(f"/console{DRAFT}?note=console.done.form_published")
    said = client.get(answer.headers["location"]).text
    assert "Đã xuất bản 2026.2" in said
    assert "đang dùng" in said
    assert "còn thiếu 20" in said  # nothing is recorded yet
    citizen = site.client()
    citizen.get("/")
    citizen.post("/chat", json={"text": "/start c03667"})
    for typed in ("Bắt đầu", "Đồng ý"):
        citizen.post("/chat", json={"text": typed})
    assert RADIO[0][1] in citizen.post("/chat", json={"text": "Làm nông, làm rừng"}).text


def test_every_address_on_a_page_is_there(site: Site) -> None:
    client = signed_in(site)
    upload(client, changed(*RADIO))
    for path in ("/questionnaires", DRAFT, FARMER, f"{DRAFT}/trial"):
        for address in re.findall(r'href="(/console/questionnaires[^"]*)"', client.get(f"/console{path}").text):
            assert client.get(unescape(address)).status_code == 200, address


def test_a_draft_that_was_replaced_is_not_published(site: Site) -> None:
    client = signed_in(site)
    upload(client, changed(*RADIO))
    seen = hidden(client.get(f"/console{DRAFT}").text, "digest")
    upload(client, changed(*RADIO, ("survey!Q2", "another reason")))
    answer = post(client, "/questionnaires/farmer/publish", digest=seen, version="2026.2")
    assert answer.status_code == 409
    assert "vừa được thay" in problem_of(answer)
    with site.database.transaction() as transaction:
        assert load_published_forms(transaction) == []


def test_a_draft_can_be_dropped(site: Site) -> None:
    client = signed_in(site)
    upload(client, changed(*RADIO))
    assert post(client, "/questionnaires/farmer/drop").headers["location"].endswith("console.done.form_dropped")
    assert client.get(f"/console{DRAFT}").status_code == 404
    assert post(client, "/questionnaires/farmer/drop").status_code == 404


def test_what_is_wrong_is_shown_with_its_cell_and_what_is_there(site: Site) -> None:
    page = upload(signed_in(site), changed(("survey!C2", "một"), ("choices!C4", ATTACK), ("survey!Q1", ATTACK)))
    for cell, found in (("survey!C2", "một"), ("survey!Q1", "&lt;script&gt;alert(1)")):
        row = next(row for row in page.split("<tr>") if f">{cell}<" in row)
        assert found in row
    assert ATTACK not in page
    assert "3 chỗ cần sửa" not in page  # the label is short enough: only two are wrong
    assert "2 chỗ cần sửa" in page


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", bytes(3_000_000)], ids=["nothing", "damaged", "too large"])
def test_no_file_breaks_the_page(site: Site, content: bytes) -> None:
    assert "<h1>" in upload(signed_in(site), content)


def test_many_findings_are_shown_in_part(site: Site) -> None:
    empty = [(f"choices!E{row}", "x") for row in range(2, 82)] + [(f"choices!B{row}", "x") for row in range(2, 82)]
    more = [(f"survey!{column}{row}", "x") for column in "CMNO" for row in range(2, 22)]
    page = upload(signed_in(site), changed(*empty, *more))
    assert page.count("<tr>") == 201
    assert "Còn 40 chỗ nữa" in page


def test_what_officers_write_is_only_ever_text(site: Site) -> None:
    client = signed_in(site)
    spoilt = [(f"survey!{column}2", ATTACK) for column in "DEHIJKQ"]
    titles = [("settings!E2", ATTACK), ("settings!F2", ATTACK), ("choices!C2", ATTACK), ("choices!D2", ATTACK)]
    assert upload(client, changed(*spoilt, *titles)).startswith(f"/console{DRAFT}")
    for path in ("/questionnaires", DRAFT, f"{DRAFT}?language=en", f"{DRAFT}/trial", f"{DRAFT}/trial?language=en"):
        page = client.get(f"/console{path}").text
        assert ATTACK not in page, path
        assert "alert(1)" in page or path == "/questionnaires"


def test_the_trial_carries_what_was_said_and_nothing_is_kept(site: Site) -> None:
    client = signed_in(site)
    before = site.rows()
    page = client.get(f"/console{FARMER}/trial")
    for number in range(1, 21):
        assert f"Câu {number}/20" in page.text
        fields = {"token": token_of(page), "said": hidden(page.text, "said"), "language": "vi"}
        act = {"press": f"a:q{number:02}:4"} if number % 2 else {"typed": "4"}
        [address] = set(re.findall(r'method="post" action="([^"]*)"', page.text))
        page = client.post(address, data={**fields, **act})
    assert len(json.loads(hidden(page.text, "said"))) == 20
    assert "Câu" not in page.text.split('class="bubble"')[1].split("</p>")[0]
    assert site.rows() == before


@pytest.mark.parametrize("said", ["{", "[1]", "[[1,2,3]]", '{"a": 1}', "[" * 5000])
def test_a_trial_that_was_tampered_with_is_not_there(site: Site, said: str) -> None:
    assert post(signed_in(site), f"{FARMER}/trial", said=said, press="a:q01:1").status_code == 404


def test_a_trial_ends_some_time(site: Site) -> None:
    said = json.dumps([["type", "gì cơ"]] * 400)
    page = post(signed_in(site), f"{FARMER}/trial", said=said, typed="x").text
    assert 'name="typed"' not in page
    assert "Từ đầu" in page
