"""What attackers would type, typed everywhere at once; then every page is read as a browser reads it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from starlette.testclient import TestClient

from tests.recordings import mp3
from tests.web.conftest import Site
from tests.web.console import post, signed_in
from tests.workbooks import changed
from web.pages import PAGES

pytestmark = pytest.mark.slow

ATTACKS = (
    "<script>xss7()</script>",
    "</script><script>xss7()</script>",
    "</textarea></title></select><script>xss7()</script>",
    "<img src=x onerror=xss7()>",
    '"><svg onload=xss7()>',
    "'><iframe src='javascript:xss7()'></iframe>",
    '" autofocus onfocus="xss7()',
    "' onmouseover='xss7()",
    '<a href="javascript:xss7()">x</a>',
    '<math><mi xlink:href="data:x,xss7">x</mi></math>',
    "<style>@import 'xss7'</style>",
    "{{ 7 * 191 }}{% raw %}",
    "&lt;script&gt;xss7()&lt;/script&gt;",
    '=HYPERLINK("http://xss7")',
)
UNIT = "03667"
_FILES = ("/events", "/picture", "/poster", "/workbook", "/adults/file")
_ADDRESSES = ("href", "src", "action", "formaction", "xlink:href")


@dataclass
class Reader(HTMLParser):
    """Reads a page as a browser does, and notes what would run or load something that is not ours."""

    found: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in ("iframe", "object", "embed", "style", "math", "base"):
            self.found.append(f"<{tag}>")
        if tag == "script" and not str(known.get("src", "")).startswith(("/console/static/", "/static/")):
            self.found.append(f"<script> {known}")
        for name, value in known.items():
            is_foreign = name in _ADDRESSES and str(value).strip().lower().startswith(
                ("javascript:", "data:", "vbscript:")
            )
            if name.startswith("on") or name == "style" or is_foreign:
                self.found.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_reader_finds_what_would_run(attack: str) -> None:
    """Unescaped in a text, in an attribute, or run by the template: one of them works."""
    pages = f"<p>{attack}</p>", f'<input value="{attack}">', f"<input value='{attack}'>"
    is_for_others = attack.startswith(("{{", "&lt;", "="))
    assert is_for_others or any(read(page).found for page in pages)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_was_typed_runs_anywhere(site: Site, attack: str) -> None:
    administrator, officer = signed_in(site), signed_in(site, "campaigns")
    officer.headers["user-agent"] = attack.encode().decode("latin-1")
    type_everywhere(site, administrator, officer, attack)
    shown = ""
    for client in (administrator, officer):
        for address in addresses(attack):
            page = client.get(address)
            if page.headers.get("content-type", "").startswith("text/html"):
                reader = read(page.text)
                assert reader.found == [], address
                assert "1337" not in reader.text, address
                shown += reader.text
    assert "xss7" in shown or "xss7" not in attack, "nothing of it is kept: this test tries nothing"
    person = site.person()
    person.look()
    for typed in (attack, f"/start {attack}", f"/{attack}", f"/commune {attack}"):
        person.type(typed)
        assert read(person.look()).found == []


def type_everywhere(site: Site, administrator: TestClient, officer: TestClient, attack: str) -> None:
    """Into every field that staff have; whether it is taken does not matter."""
    everything = {
        "title": attack,
        "text_vi": f"Chào {attack}",
        "text_en": attack,
        "button_1_kind": "link",
        "button_1_label": attack,
        "button_1_url": attack,
        "first": "07:30",
        "last": "20:30",
    }
    post(officer, "/campaigns/new")
    for fields in (everything, {**everything, "button_1_kind": "", "text_vi": f"Chào bà con {attack}"}):
        for form in ("write", "preview"):
            assert read(post(officer, f"/campaigns/1/{form}", **fields).text).found == []
    for path in ("/campaigns/1/audience", "/campaigns/1/audience/count"):
        assert read(post(officer, path, communes=[attack], seen_within=attack).text).found == []
    sent = [
        post(officer, "/calendar/theme/2026", words=attack),
        post(administrator, f"/settings/pass-marks/{UNIT}", points="80", confirmed_by=attack),
        post(administrator, f"/settings/pass-marks/{UNIT}", points=attack, confirmed_by=attack),
        post(
            administrator,
            "/settings/limits",
            a_day=attack,
            a_week=attack,
            most_alone=attack,
            first=attack,
            last=attack,
        ),
        post(administrator, "/settings/adults", **{f"was-{UNIT}": attack, UNIT: attack}),
        post(
            administrator,
            "/settings/adults/file",
            file=("a.csv", f"code,adults\n{attack},{attack}".encode(), "text/csv"),
        ),
        post(administrator, "/settings/staff/invite", role=attack, unit=attack),
        post(administrator, "/voice/languages", code="blt", name=attack),
        post(administrator, "/voice/languages", code=attack, name=attack),
        post(administrator, "/voice/farmer/vi/q01", recording=(attack, mp3(), attack)),
        post(administrator, "/questionnaires/upload", workbook=(attack, form_with(attack), "application/xlsx")),
    ]
    for page in sent:
        assert read(page.text).found == []


def form_with(attack: str) -> bytes:
    """A form whose words are the attack, wherever there are words."""
    cells = [f"survey!{column}{row}" for column in "ABCDEFGH" for row in (2, 4)]
    return changed(*[(cell, attack) for cell in cells], ("choices!C2", attack), ("settings!C2", attack))


def addresses(attack: str) -> list[str]:
    places = {
        "unit": UNIT,
        "number:int": "1",
        "year:int": "2026",
        "form": "farmer",
        "version": "2026.1",
        "language": "vi",
    }
    found = []
    for page in PAGES:
        if page.method == "GET" and not page.path.endswith(_FILES):
            path = page.path
            for place, value in places.items():
                path = path.replace(f"{{{place}}}", value)
            found.append(f"/console{path}")
    query = {
        "note": "console.done.signed_out_elsewhere",
        "n_count": attack,
        "month": attack,
        "text": attack,
        "who": attack,
    }
    return [
        *found,
        *(f"{address}?{urlencode(query)}" for address in found),
        f"/console/{quote(attack)}",
        f"/console/sign-in/{quote(attack)}",
    ]
