"""Staff in a browser: their unit's files, the same bytes each time; nobody else has them."""

import io
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from bot.bootstrap import Hoctap
from engine.disclosure.released import PROVINCE
from tests.chats import handbook
from tests.counting import UNIT, invite_somebody, publish_made_up
from tests.server import Person
from tests.web.conftest import Site

pytestmark = pytest.mark.slow  # makes files of whole releases

FILES = {
    "statistics.png": "image/png",
    "statistics.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "statistics.pdf": "application/pdf",
    "statistics.zip": "application/zip",
    "statistics.json": "application/json",
}


@pytest.fixture
def released(site: Site) -> Site:
    release = publish_made_up(site.database)
    assert isinstance(site.door, Hoctap)
    site.door.put_in_force(replace(site.door.handbook, release=release))
    return site


def officer(site: Site, unit: str = UNIT) -> Person:
    invite_somebody(site.database, handbook(), unit, f"token{unit}", site.clock.now)
    person = site.person()
    person.look()
    person.type(f"/start inv_token{unit}")
    return person


def test_staff_get_picture_and_files_of_their_unit(released: Site) -> None:
    person = officer(released)
    assert person.screen["picture"].startswith("/files/0/statistics.png")
    for name, kind in FILES.items():
        answer = person.client.get(f"/files/0/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.content == person.client.get(f"/files/0/{name}").content
    report = PdfReader(io.BytesIO(person.client.get("/files/0/statistics.pdf").content))
    assert "Chiềng An" in report.pages[0].extract_text()
    workbook = load_workbook(io.BytesIO(person.client.get("/files/0/statistics.xlsx").content))
    cells = {cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row}
    assert UNIT in cells
    assert "03646" not in cells


def test_the_province_gets_every_commune(released: Site) -> None:
    answer = officer(released, PROVINCE).client.get("/files/0/statistics.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        written = "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
    assert all(code in written for code in handbook().province.by_code)


@pytest.mark.parametrize("name", list(FILES))
def test_citizens_and_strangers_get_none(released: Site, name: str) -> None:
    citizen, stranger = released.person(), released.person()
    citizen.begin()
    for person in (citizen, stranger):
        assert person.client.get(f"/files/0/{name}").status_code == 404


def test_files_come_in_the_language_of_the_chat(released: Site) -> None:
    person = officer(released)
    vietnamese = person.client.get("/files/0/statistics.pdf").content
    person.press("language")
    person.press("speak:en")
    assert person.client.get("/files/0/statistics.pdf").content != vietnamese
