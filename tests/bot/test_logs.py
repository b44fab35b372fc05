"""Nothing about a person in what hoctap writes about itself, whatever breaks; and each error says what to do."""

import asyncio
import json
import logging
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.logs import advice_on
from tests.bot.test_health import free_port
from tests.logged import everything_logged
from tests.server import LINK, ROOT, Person, Server, page_field, running_server
from tests.standin import running_standin

MARK = "xoài-kín-7731"
ADDRESS = "203.0.113.77"
"""As a proxy tells it."""


@pytest.mark.slow
def test_a_real_process_whose_world_breaks(tmp_path: Path) -> None:
    port = free_port()
    with running_standin() as telegram:
        settings: dict[str, Any] = {
            "HOCTAP_TELEGRAM_TOKEN": telegram.token,
            "HOCTAP_TELEGRAM_API": telegram.url,
            "HOCTAP_METRICS_PORT": str(port),
        }
        with (
            running_server(tmp_path / "data", is_calm=False, **settings) as server,
            httpx2.Client(base_url=server.url, headers={"x-forwarded-for": ADDRESS}) as client,
        ):
            citizen = telegram.person(MARK, username="xoai_kin_7731")
            citizen.type(f"/start c{LINK}")
            citizen.wait(lambda person: person.last.is_from_bot, seconds=30)
            person = Person(client)
            person.look()
            person.type(MARK)
            answer_with_marks(telegram, citizen.chat_id)
            citizen.type(MARK)
            telegram.wait(lambda telegram: telegram.pending == 0, seconds=20)
            sign_in(client)
            drop_the_accounts(server.data)
            assert person.post({"text": MARK, "turn": person.turn}).status_code == 500
            citizen.type(f"{MARK} {MARK}")
            wait_for_line(server, "action=converse channel=telegram")
            told = [httpx2.get(f"http://127.0.0.1:{port}/{page}", timeout=20).text for page in ("ready", "metrics")]
            secrets = [MARK, "7731", ADDRESS, "CODE-7Z7Z", client.cookies["hoctap"], str(citizen.chat_id)]
            secrets += telegram.token.split(":")
            server.stop()
        told.append(server.log.read_text())
        lines = server.log_lines()
    assert any("action=converse" in line["message"] for line in lines)
    assert all(line["do"] for line in lines if "error" in line)
    found = [each for each in secrets for text in told if each in text or json.dumps(each).strip('"') in text]
    assert found == []


def wait_for_line(server: Server, words: str) -> None:
    until = time.monotonic() + 20
    while words not in server.log.read_text():
        assert time.monotonic() < until
        time.sleep(0.1)


def answer_with_marks(telegram: Any, chat: int) -> None:
    """Answers of Telegram's that hold what must not be logged."""
    for status in (400, 403, 500):
        words = {"ok": False, "error_code": status, "description": f"can't find {MARK} in {chat}"}
        telegram.faults.answer_next("sendMessage", status, words)


def sign_in(client: httpx2.Client) -> None:
    """With a code that is none."""
    page = client.get("/console/sign-in").text
    client.post("/console/sign-in", data={"token": page_field(page, "token"), "code": "CODE-7Z7Z"})


def drop_the_accounts(data: Path) -> None:
    """Every turn fails from now on."""
    with closing(sqlite3.connect(data / "hoctap.db", isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("ALTER TABLE account RENAME TO gone")


def test_asyncio_does_not_say_what_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    async def live() -> None:
        asyncio.get_running_loop().call_soon(fail, MARK)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    with everything_logged(monkeypatch) as written:
        asyncio.run(live())
    line = next(line for line in map(json.loads, written.getvalue().splitlines()) if line["level"] == "error")
    assert line["room"] == "asyncio"
    assert "ValueError" in line["error"]
    assert "7731" not in written.getvalue()


@pytest.mark.slow
def test_what_nobody_caught_is_one_line_without_words() -> None:
    program = (
        "import logging, threading; from bot.logs import *; start_logging(); log_what_nobody_caught()\n"
        f"def fail(): raise ValueError('{MARK}')\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join()\n"
        f"logging.info('%d', '{MARK}')\n"
        "fail()"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert [line["message"] for line in lines] == ["action=thread", "action=run"]
    assert "7731" not in run.stderr + run.stdout
    assert run.returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "fails",
    [
        "try: bytearray(1 << 62)\nexcept MemoryError: logging.exception('action=converse')",
        "thread = threading.Thread(target=lambda: bytearray(1 << 62)); thread.start(); thread.join()",
        "resource.setrlimit(resource.RLIMIT_AS, (1, 1)); start_a_thread()",
    ],
)
def test_without_memory_the_process_ends_and_says_so(fails: str) -> None:
    program = (
        "import logging, resource, threading; from bot.logs import *\n"
        "def start_a_thread():\n"
        "    try: threading.Thread(target=print).start()\n"
        "    except RuntimeError: logging.exception('action=converse')\n"
        f"start_logging(); log_what_nobody_caught(); end_without_memory()\n{fails}\nprint('goes on')"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert json.loads(run.stderr.splitlines()[-1])["message"] == "there is no memory: the process ends"


def test_errors_say_where_the_manual_goes_on() -> None:
    manual = (ROOT / "docs/operations.md").read_text(encoding="utf-8").lower()
    for error in (ValueError(MARK), OSError(5, MARK)):
        anchor = advice_on(error).rpartition("#")[2]
        assert f'<a id="{anchor}">' in manual or f"### {anchor}" in manual


def test_one_line_for_each_record(monkeypatch: pytest.MonkeyPatch) -> None:
    with everything_logged(monkeypatch) as written:
        logging.getLogger("bot").warning("two\nlines")
    assert len([line for line in written.getvalue().splitlines() if "two" in line]) == 1
