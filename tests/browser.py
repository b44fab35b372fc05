"""A real browser for tests: Chromium as a cheap Vietnamese phone, with and without JavaScript."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebError, sync_playwright

ROOT = Path(__file__).parent.parent
ARTEFACTS = ROOT / "tests" / ".artefacts"
ENVIRONMENT = dict(os.environ)  # HOCTAP_CHROMIUM, before conftest clears it

ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that beeps, and nobody is asked for it
    "--use-fake-ui-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = subprocess.run(
        [ROOT / "scripts" / "install-browser", "--find"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        pytest.fail(found.stderr, pytrace=False)
    with sync_playwright() as playwright:
        # Root and most containers have no sandbox to offer; only our own pages are opened.
        browser = playwright.chromium.launch(
            executable_path=found.stdout.strip(), args=ARGUMENTS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone with nothing stored on it. An error in a page's JavaScript fails the test."""
    yield from _phone(browser, java_script_enabled=True)


@pytest.fixture
def phone_without_javascript(browser: Browser) -> Iterator[BrowserContext]:
    yield from _phone(browser, java_script_enabled=False)


def _phone(browser: Browser, *, java_script_enabled: bool) -> Iterator[BrowserContext]:
    errors: list[str] = []

    def note(error: WebError) -> None:
        errors.append(str(error.error))

    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=java_script_enabled,
    )
    context.on("weberror", note)
    yield context
    context.close()
    assert not errors, f"errors in the page's JavaScript: {errors}"


def screenshot(page: Page, name: str) -> Path:
    """Keeps a picture of the whole page in tests/.artefacts/, for people to look at."""
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def wait_until_heard(player: Locator) -> None:
    """Returns as soon as an audio player has played something. It asks the player itself: the pages forbid the
    `eval` with which Playwright's `wait_for_function` asks again."""
    player.evaluate(
        """player => new Promise(heard => {
            const look = () => player.currentTime > 0 && heard()
            player.addEventListener("timeupdate", look)
            look()
        })"""
    )
