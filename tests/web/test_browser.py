"""A real browser on a small phone: whole assessments with and without JavaScript, a bad network, the looks."""

from collections.abc import Callable, Iterator

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser import screenshot
from tests.server import LINK, Person, Server

FIRST_LOAD_AT_MOST = 60_000  # bytes, uncompressed
NARROW, USUAL = 320, 360  # px


pytestmark = pytest.mark.browser


@pytest.fixture
def page(phone: BrowserContext, server: Server) -> Page:
    return opened(phone, server)


def opened(phone: BrowserContext, server: Server, address: str = f"?c={LINK}") -> Page:
    page = phone.new_page()
    page.goto(server.url + address)
    return page


def person_behind(page: Page, server: Server) -> Iterator[Person]:
    """The same account without the browser, to get somewhere quickly or to see what the server holds."""
    cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in page.context.cookies()}
    with httpx2.Client(base_url=server.url, cookies=cookies) as client:
        yield Person(client)


@pytest.fixture
def person(page: Page, server: Server) -> Iterator[Person]:
    yield from person_behind(page, server)


def last(page: Page) -> Locator:
    """The screen that waits for an answer."""
    return page.locator(".screen").last


def press(page: Page, button: Locator) -> None:
    """Presses and waits until the turn is over."""
    turn = page.locator("[name=turn]")
    before = turn.input_value()
    button.click()
    expect(turn).not_to_have_value(before)


def check_picture(picture: Locator) -> None:
    """It is really there, not only its place."""
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 300


def press_action(page: Page, action: str) -> None:
    press(page, last(page).locator(f'button[value="{action}"]'))


def begin(page: Page) -> None:
    """Three taps to the first question."""
    press(page, page.get_by_role("button", name="Bắt đầu", exact=True))
    press(page, page.get_by_role("button", name="Đồng ý", exact=True))
    press(page, last(page).locator("button.choice").first)
    expect(last(page)).to_contain_text("Câu 1/20")


def type_and_send(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    press(page, page.get_by_role("button", name="Gửi"))


@pytest.mark.parametrize("kind", ["with JavaScript", "without"])
def test_a_whole_assessment(kind: str, server: Server, request: pytest.FixtureRequest) -> None:
    has_javascript = kind == "with JavaScript"
    page = opened(request.getfixturevalue("phone" if has_javascript else "phone_without_javascript"), server)
    loads: list[str] = []
    page.on("domcontentloaded", lambda _: loads.append(page.url))
    begin(page)
    for number in range(1, 21):
        expect(last(page)).to_contain_text(f"Câu {number}/20")
        press(page, last(page).locator("button.choice").nth(number % 4))
    press(page, page.get_by_role("button", name="Nữ", exact=True))
    press(page, page.get_by_role("button", name="30–44 tuổi"))
    press(page, page.get_by_role("button", name="Xem kết quả"))
    expect(last(page)).to_contain_text("điểm")
    assert bool(loads) != has_javascript, "without JavaScript each turn is a page; with it there is only one"
    check_picture(page.locator("img.picture"))
    press(page, page.get_by_role("button", name="Tải phiếu PDF"))
    with page.expect_download() as download:
        page.locator("a.document").click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.reload()
    expect(page.locator("a.document")).to_be_visible()


def test_typed_answers(page: Page, person: Person) -> None:
    begin(page)
    type_and_send(page, "2")
    expect(page.locator(".me")).to_contain_text("2")
    expect(page.locator("#text")).to_have_value("")
    type_and_send(page, "ba nơi trở lên")
    page.locator("#text").fill("1")
    page.locator("#text").press("Enter")
    expect(last(page)).to_contain_text("Câu 4/20")
    type_and_send(page, "xoài")
    expect(last(page)).to_contain_text("Mình chưa hiểu")
    screenshot(page, "not understood")
    assert list(person.held()["sessions"][0]["answers"].values()) == [2, 4, 1]


def test_an_attack_that_was_typed_stays_words(page: Page) -> None:
    attack = '<img src=x onerror="document.title=7731">'
    begin(page)
    type_and_send(page, attack)
    expect(page.locator(".me")).to_contain_text(attack)
    assert page.locator("img[src=x]").count() == 0
    assert page.title() != "7731"


def test_a_double_tap_answers_once(page: Page, person: Person) -> None:
    """Neither the same question twice nor, when the answer comes quickly, the next one too."""
    page.clock.install()
    page.reload()
    begin(page)
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
    box = last(page).locator("button.choice").nth(1).bounding_box()
    assert box
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.dblclick(*place)
    expect(last(page)).to_contain_text("Câu 2/20")
    page.mouse.click(*place)
    page.clock.run_for(1000)
    press(page, last(page).locator("button.choice").nth(3))
    assert person.held()["sessions"][0]["answers"] == {"q01": 2, "q02": 4}


def test_a_lost_network_loses_and_doubles_nothing(page: Page, person: Person) -> None:
    begin(page)
    page.context.set_offline(True)
    last(page).locator("button.choice").nth(2).click()
    expect(page.locator("#news")).to_contain_text("Mất mạng")
    expect(page.get_by_role("button", name="Thử lại")).to_be_visible()
    screenshot(page, "network lost")
    last(page).locator("button.choice").nth(0).click()  # impatient
    page.context.set_offline(False)
    expect(last(page)).to_contain_text("Câu 2/20")
    expect(page.locator("#news")).to_be_empty()
    assert person.held()["sessions"][0]["answers"] == {"q01": 3}


def test_an_answer_whose_reply_was_lost_is_not_given_twice(page: Page, person: Person) -> None:
    begin(page)
    tries = 0

    def lose_the_first_reply(route: Route) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/chat", lose_the_first_reply)
    press(page, last(page).locator("button.choice").nth(2))
    expect(last(page)).to_contain_text("Câu 2/20")
    assert tries == 2
    assert person.held()["sessions"][0]["answers"] == {"q01": 3}


def test_a_server_that_dies_is_waited_for(phone: BrowserContext, own_server: Server) -> None:
    page = opened(phone, own_server)
    begin(page)
    press(page, last(page).locator("button.choice").nth(1))
    own_server.kill()
    last(page).locator("button.choice").nth(2).click()
    expect(page.locator("#news")).to_contain_text("Mất mạng")
    own_server.start()
    page.get_by_role("button", name="Thử lại").click()
    expect(last(page)).to_contain_text("Câu 3/20")
    for person in person_behind(page, own_server):
        assert person.held()["sessions"][0]["answers"] == {"q01": 2, "q02": 3}


def test_a_bug_on_the_server_leaves_the_question_where_it_is(page: Page, person: Person) -> None:
    begin(page)
    page.route("**/chat", lambda route: route.fulfill(status=500, json={"error": "Xin lỗi"}))
    last(page).locator("button.choice").first.click()
    for _ in range(5):
        expect(page.locator("#news")).to_contain_text("Máy chủ đang bận")
        with page.expect_response("**/chat"):
            page.get_by_role("button", name="Thử lại").click()
    expect(page.locator("#news")).to_contain_text("Xin lỗi", timeout=20_000)
    page.unroute("**/chat")
    press(page, last(page).locator("button.choice").nth(3))
    assert person.held()["sessions"][0]["answers"] == {"q01": 4}


def test_the_language_of_the_page_follows_the_person(page: Page) -> None:
    begin(page)
    press(page, page.locator("header").get_by_role("button", name="English"))
    press(page, last(page).get_by_role("button", name="English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(last(page)).to_contain_text("1/20")
    screenshot(page, "english question")
    press(page, page.locator("header").get_by_role("button", name="Tiếng Việt"))
    press(page, last(page).get_by_role("button", name="Tiếng Việt"))
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_the_first_load_is_light(phone: BrowserContext, server: Server) -> None:
    sizes: dict[str, int] = {}
    page = phone.new_page()
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    page.goto(server.url, wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes.values()) < FIRST_LOAD_AT_MOST, sizes


# ---- what it looks like --------------------------------------------------------------------------------

AS_TREE = """element => {
  const tree = node => node.nodeType === 3
    ? node.textContent.replace(/\\s+/g, ' ')
    : [node.tagName,
       [...node.attributes].filter(({name}) => !['id', 'aria-labelledby', 'class'].includes(name))
         .map(({name, value}) => `${name}=${value}`).sort().join(),
       [...node.classList].filter(name => name !== 'new').sort().join(),
       ...[...node.childNodes].map(tree).filter(child => child !== ' ' && child !== '')];
  return JSON.stringify(tree(element));
}"""


def test_the_page_and_its_script_draw_the_same(page: Page, person: Person) -> None:
    """A screen that chat.js has made looks like the one that the server sends when the page is loaded anew."""

    def compare() -> None:
        made = last(page).evaluate(AS_TREE)
        page.reload()
        assert last(page).evaluate(AS_TREE) == made

    begin(page)
    press(page, last(page).locator("button.choice").nth(1))
    compare()
    person.turn = None
    person.press("home")
    person.answer_all()
    page.reload()
    press_action(page, "review:1")
    compare()
    for action in ("finish", "print", "result", "details", "result", "advice:0"):
        press_action(page, action)
        compare()


LOOKS: dict[str, list[Callable[[Person], object]]] = {
    "greeting": [],
    "consent": [lambda person: person.press(f"begin:{LINK}")],
    "about": [lambda person: person.press("about")],
    "commune": [lambda person: person.press("back"), lambda person: person.press("elsewhere")],
    "commune list": [lambda person: person.type("muong")],
    "commune confirm": [lambda person: person.type("chieng xom")],
    "form": [lambda person: person.press("live:03667")],
    "question": [lambda person: person.press("form:farmer")],
    "question example": [lambda person: person.press("e:q01")],
    "paused": [lambda person: person.press("pause")],
    "sex": [lambda person: person.press("continue"), lambda person: answer(person, 20)],
    "age": [lambda person: person.press("sex:male")],
    "review": [lambda person: person.press("age:30-44")],
    "result": [lambda person: person.press("finish")],
    "details": [lambda person: person.press("details")],
    "advice": [lambda person: person.press("advice:0")],
    "print": [lambda person: person.press("result"), lambda person: person.press("print")],
    "family": [lambda person: person.type("/family")],
    "help": [lambda person: person.type("/help")],
    "language": [lambda person: person.type("/language")],
    "mydata": [lambda person: person.type("/mydata")],
    "erase": [lambda person: person.type("/erase")],
}


def answer(person: Person, count: int) -> None:
    for number in range(count):
        person.press(person.choices[number % 4])


def test_every_screen_can_be_read_by_everyone(page: Page, person: Person, server: Server) -> None:
    """axe finds nothing serious, nothing is wider than the screen; pictures are kept for people to look at."""
    axe, found = Axe(), []
    person.turn = None
    for name, steps in LOOKS.items():
        for step in steps:
            step(person)
        page.goto(server.url + f"?c={LINK}")
        for picture in page.locator("img.picture").all():
            check_picture(picture)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate("scrollTo(0, document.body.scrollHeight)")  # or the footer is in the middle
            screenshot(page, f"{name} {scheme}")
            found += [f"{name} {scheme}: {violation}" for violation in violations(axe, page)]
        for width in (NARROW, USUAL):
            page.set_viewport_size({"width": width, "height": 740})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{name}: {wide} px wide on a screen of {width} px")
    assert not found, "\n".join(found)


def violations(axe: Axe, page: Page) -> list[str]:
    return [
        f"{each['impact']} {each['id']}: {[node['html'] for node in each['nodes']]}"
        for each in axe.run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
