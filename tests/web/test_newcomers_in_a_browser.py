"""A flood of new accounts, met by real phones: with JavaScript they do some work, without it they wait."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import BrowserContext

from tests.server import LINK, Person, Server, running_server

CHEAP_PHONE = 6  # times slower than this machine


@pytest.fixture
def flooded(tmp_path: Path) -> Iterator[Server]:
    """A server to which more strangers have come than it takes for usual."""
    with running_server(tmp_path / "data", is_calm=False, HOCTAP_NEWCOMERS_PER_MINUTE="3") as server:
        for _ in range(6):
            with httpx2.Client(base_url=server.url) as client:
                person = Person(client)
                person.look()
                person.post({"action": "begin", "turn": person.turn})
        yield server


def test_a_cheap_phone_does_the_work_without_being_asked(flooded: Server, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": CHEAP_PHONE})
    page.goto(f"{flooded.url}?c={LINK}")
    with page.expect_response(lambda response: response.status == 428):
        page.click(f'button[value="begin:{LINK}"]')
    page.wait_for_selector(f'button[value="agree:{LINK}"]')
    module = page.get_attribute("#chat", "data-proof")
    milliseconds = page.evaluate(
        """async (module) => {
            const { solve } = await import(module);
            const taken = [];
            for (let number = 0; number < 9; number += 1) {
              const challenge = number.toString(16).padStart(64, "0");
              const before = performance.now();
              await solve({ challenge, puzzles: 16, bits: 11 });
              taken.push(Math.round(performance.now() - before));
            }
            return taken.sort((a, b) => a - b);
        }""",
        module,
    )
    print(f"proof on a phone {CHEAP_PHONE} times slower: {milliseconds} ms")  # noqa: T201 -- for docs/abuse.md


def test_a_phone_without_javascript_waits_and_gets_in(
    flooded: Server, phone_without_javascript: BrowserContext
) -> None:
    page = phone_without_javascript.new_page()
    page.goto(f"{flooded.url}?c={LINK}")
    page.click(f'button[value="begin:{LINK}"]')
    page.wait_for_url("**/?waited=*", timeout=30_000)
    page.click(f'button[value="begin:{LINK}"]')
    page.wait_for_selector(f'button[value="agree:{LINK}"]')
