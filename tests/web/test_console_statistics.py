"""The figures in the console: who sees which unit, what every page says of its release, downloads, posters."""

import re
import secrets
from dataclasses import replace
from datetime import date
from io import BytesIO

import httpx2
import pytest
from pypdf import PdfReader
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.bootstrap import Hoctap
from engine.disclosure.pooling import IssuedRow, Standing
from engine.disclosure.released import PROVINCE, Release
from engine.disclosure.tally import Tally
from engine.state import ROLES, Role
from handlers.release_files import Scope, make_files
from handlers.rounds import ensure_round, set_floods
from storage.releases import save_adults, save_files, save_release
from storage.rounds import change_round
from tests.campaigns import add_people
from tests.chats import handbook
from tests.counting import UNIT, keys, publish_made_up
from tests.reports.releases import HUGE, SMALL, adults_of_all, hidden_release, interim_release
from tests.web.conftest import Site
from tests.web.console import post, signed_in

pytestmark = pytest.mark.slow

HIDDEN = next(iter(SMALL))
AS_OF = "Theo bản phát hành số 3, ngày 5/10/2026."
MOST_BYTES = 120_000


def read(client: TestClient, path: str = "") -> httpx2.Response:
    """A page of the console, in Vietnamese."""
    return client.get(f"/console{path}", headers={"accept-language": "vi"})


def words_of(page: httpx2.Response) -> str:
    assert page.status_code == 200, page.text[:500]
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def publish(site: Site, *releases: Release, units: tuple[str, ...] = ()) -> None:
    """Stores releases; files only of these units, in the format that is quick to make."""
    with site.database.transaction() as transaction:
        for release in releases:
            save_release(transaction, release, Standing({UNIT: IssuedRow(Tally(10), 1)}))
            files = list(make_files(handbook(), release, {}, Scope(units, ("json",))))
            if files:
                save_files(transaction, release, files)


def audit(site: Site) -> list[str]:
    with site.database.transaction() as transaction:
        return [str(tuple(row)) for row in transaction.connection.execute(text("SELECT * FROM audit"))]


@pytest.mark.parametrize("role", ROLES)
def test_the_overview_of_the_province(site: Site, role: Role) -> None:
    publish_made_up(site.database)
    page = read(signed_in(site, role))
    words = words_of(page)
    assert AS_OF in words
    for figure in ("5.903", "46,1–46,2", "71–72", "Nên học thêm nhất: Ngoại ngữ, tiếng dân tộc"):
        assert figure in words.replace("\u00a0", " ")
    assert page.text.count('role="img"') == 3, "bars, trend and map; no target while adults are not known"
    assert page.text.count("<table>") == 3
    assert page.text.count('href="/console/communes/') == 75
    assert "chưa so được với mục tiêu" in words
    assert len(page.content) < MOST_BYTES
    assert " style=" not in page.text
    assert "<style" not in page.text


def test_what_is_hidden_is_never_nothing(site: Site) -> None:
    publish_made_up(site.database)
    words = words_of(read(signed_in(site)))
    for code in SMALL:
        assert f"{handbook().province.by_code[code].name} … … …" in words


@pytest.mark.parametrize("role", ["statistics", "campaigns"])
def test_a_communes_staff_see_their_own_commune_and_the_province_row_alone(site: Site, role: Role) -> None:
    publish_made_up(site.database)
    client = signed_in(site, role, HUGE)
    page = read(client)
    words = words_of(page)
    assert "Phường Tô Hiệu" in words
    assert AS_OF in words
    assert "toàn tỉnh: 5.903" in words
    for pages in (page, read(client, f"/communes/{HUGE}"), read(client, "/statistics/2026/3")):
        others = {each.name for each in handbook().province.communes if each.code != HUGE}
        assert not {name for name in others if name in words_of(pages)}
    for path in (f"/communes/{UNIT}", f"/communes/{UNIT}/poster", "/communes/99999"):
        assert read(client, path).status_code == 404
    for unit in (UNIT, PROVINCE):
        assert post(client, f"/statistics/{unit}/2026/3/file", file="pdf.vi").status_code == 404


def test_the_province_sees_every_commune(site: Site) -> None:
    publish_made_up(site.database)
    client = signed_in(site, "statistics")
    words = words_of(read(client, f"/communes/{HUGE}"))
    assert "1.105" in words
    assert AS_OF in words
    assert read(client, "/communes/99999").status_code == 404


def test_a_hidden_commune_says_why(site: Site) -> None:
    publish_made_up(site.database)
    words = words_of(read(signed_in(site, "statistics", HIDDEN)))
    assert handbook().languages["vi"].plain("statistics_picture.hidden") in words
    assert "5.903" in words, "the province's figures meanwhile"


def test_before_the_first_release_it_says_what_comes(site: Site) -> None:
    for unit in (PROVINCE, HUGE):
        client = signed_in(site, "statistics", unit)
        for path in ("", "/statistics"):
            words = words_of(read(client, path))
            assert "Chưa có bản phát hành nào." in words
            assert "thứ Hai" in words
        assert read(client, "/statistics/2026/1").status_code == 404


def test_adults_entered_since_the_seal_show_at_once(site: Site) -> None:
    publish_made_up(site.database)
    with site.database.transaction() as transaction:
        save_adults(transaction, adults_of_all())
    page = read(signed_in(site))
    assert page.text.count('role="img"') == 4
    words = words_of(page)
    assert "40 % công dân có danh hiệu vào năm 2025" in words.replace("\u00a0", " ")
    assert "Đây chưa phải tỉ lệ công dân có danh hiệu" in words


def test_charts_that_no_seal_has_drawn_are_drawn_when_somebody_looks(site: Site) -> None:
    publish(site, interim_release())
    client = signed_in(site)
    first, second = read(client), read(client)
    assert first.text.count('role="img"') == 3
    assert re.findall("<svg.*?</svg>", first.text) == re.findall("<svg.*?</svg>", second.text)


def test_the_releases_and_what_each_changed(site: Site) -> None:
    later = replace(interim_release(), number=4, as_of=date(2026, 10, 12))
    first = replace(hidden_release(), number=2)
    publish(site, first, interim_release(), later)
    client = signed_in(site)
    words = words_of(read(client, "/statistics"))
    assert words.index("Bản phát hành số 4") < words.index("Bản phát hành số 3") < words.index("Bản phát hành số 2")
    assert "lần đầu có số" in words
    shown = words_of(read(client, "/statistics/2026/3"))
    assert "Theo bản phát hành số 3, ngày 5/10/2026." in shown
    assert "Phường Tô Hiệu 1.105 … 32–33" in shown.replace("\u00a0", " ")
    assert handbook().province.by_code[HIDDEN].name not in shown, "rows that are hidden have not moved"
    unmoved = words_of(read(client, "/statistics/2026/4"))
    assert "0 dòng có số mới" in unmoved
    for path in ("/statistics/2026/9", "/statistics/2025/1", "/statistics/2025"):
        assert read(client, path).status_code == 404


def test_a_commune_hears_whether_its_row_moved(site: Site) -> None:
    later = replace(interim_release(), number=4, as_of=date(2026, 10, 12))
    publish(site, replace(hidden_release(), number=2), interim_release(), later)
    words = words_of(read(signed_in(site, "statistics", HUGE), "/statistics"))
    for sentence in ("Con số này theo bản phát hành số 3", "Lần đầu có con số.", "Chưa có con số."):
        assert sentence in words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_files_are_the_stored_bytes_and_it_is_written_down_who_took_them(site: Site, language: str) -> None:
    publish_made_up(site.database)
    client = signed_in(site, "statistics", UNIT)
    assert 'name="file" value="xlsx.vi"' in read(client).text
    answers = [post(client, f"/statistics/{UNIT}/2026/3/file", file=f"xlsx.{language}") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].content == answers[1].content
    assert f"hoctap-2026-release-3-{UNIT}.xlsx" in answers[0].headers["content-disposition"]
    assert sum(f"hoctap-2026-release-3-{UNIT}.xlsx" in line for line in audit(site)) == 2


def test_charts_and_nonsense_are_no_files(site: Site) -> None:
    publish_made_up(site.database)
    client = signed_in(site)
    for file in ("bars.vi", "map.vi", "xlsx.xx", "", "xlsx", "exe.vi"):
        assert post(client, f"/statistics/{PROVINCE}/2026/3/file", file=file).status_code == 404
    assert client.get(f"/console/statistics/{PROVINCE}/2026/3/file").status_code in (404, 405)


def test_files_of_communes_that_make_room_are_not_offered(site: Site) -> None:
    publish(site, interim_release(), replace(interim_release(), number=4, as_of=date(2026, 10, 12)))
    client = signed_in(site, "statistics", HUGE)
    assert 'name="file"' in read(client, "/statistics/2026/4").text
    words = words_of(page := read(client, "/statistics/2026/3"))
    assert 'name="file"' not in page.text
    assert "chỉ giữ ở bản mới nhất" in words


def test_the_poster_of_a_commune(site: Site) -> None:
    publish_made_up(site.database)
    client = signed_in(site, "statistics", HUGE)
    assert "HOCTAP_WEB_URL" in words_of(read(client))
    assert read(client, f"/communes/{HUGE}/poster").status_code == 404
    assert isinstance(site.door, Hoctap)
    site.door._web_url = "https://hoctap.example.vn"
    answer = read(client, f"/communes/{HUGE}/poster")
    assert answer.headers["content-type"] == "application/pdf"
    assert "Tô Hiệu" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


def open_round(site: Site) -> None:
    with site.database.transaction() as transaction:
        ensure_round(transaction, keys(), site.clock.now, secrets.token_bytes)


def floods(page: httpx2.Response) -> str:
    """What the page says of floods; empty if nothing."""
    found = re.search(r"<h2>(?:Người vào trong đợt ồ ạt|Who came in a flood)</h2>(.*?)</p>", page.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


def test_an_administrator_sees_in_tens_how_many_came_in_a_flood(site: Site) -> None:
    open_round(site)
    year, now = site.clock.now.year, site.clock.now
    client = signed_in(site)
    add_people(site.database, range(8000, 8030), now, channel="web")
    add_people(site.database, range(9000, 9030), now, channel="web", flood_round=year - 1)
    nobody = read(client, "/statistics").text
    add_people(site.database, range(9), now, channel="web", flood_round=year)
    assert read(client, "/statistics").text == nobody, "one to nine look like none"
    assert "trong năm 2026: dưới 10." in floods(read(client, "/statistics"))
    add_people(site.database, [9], now, channel="web", flood_round=year)
    ten = read(client, "/statistics").text
    assert "trong năm 2026: 10–19." in ten
    add_people(site.database, range(10, 19), now, channel="web", flood_round=year)
    assert read(client, "/statistics").text == ten, "one who comes or leaves does not show"
    add_people(site.database, range(19, 1207), now, channel="web", flood_round=year)
    assert "trong năm 2026: 1.200–1.209." in floods(read(client, "/statistics"))
    english = floods(client.get("/console/statistics", headers={"accept-language": "en"}))
    assert "in 2026: 1,200–1,209. Seals count these people." in english


def test_an_administrator_sees_by_which_rule_a_seal_treats_a_flood(site: Site) -> None:
    client = signed_in(site)
    assert not floods(read(client, "/statistics")), "there is no round"
    open_round(site)
    year = site.clock.now.year
    assert "vẫn tính những người này" in floods(read(client, "/statistics"))
    assert f"hoctap round floods {year} leave-out" in read(client, "/statistics").text
    with site.database.transaction() as transaction:
        set_floods(transaction, year, site.clock.now, "somebody", leaves_out=True)
    assert "từ nay không tính thêm những người này" in floods(read(client, "/statistics"))
    assert f"hoctap round floods {year} count" in read(client, "/statistics").text
    with site.database.transaction() as transaction:
        change_round(transaction, year, state="closed")
    assert not floods(read(client, f"/statistics/{year}")), "there is nothing left to decide"


@pytest.mark.parametrize("role", ["statistics", "campaigns"])
def test_others_see_nothing_of_floods(site: Site, role: Role) -> None:
    open_round(site)
    assert not floods(read(signed_in(site, role), "/statistics"))


def test_english(site: Site) -> None:
    publish_made_up(site.database)
    client = signed_in(site)
    page = client.get("/console", headers={"accept-language": "en"})
    words = words_of(page)
    assert "As of release 3, 5/10/2026." in words
    assert "Mười mục" not in words
