"""Every transcript in this folder, on both databases and through the web chat, with a restart after every turn.

`pytest tests/transcripts --update-transcripts` writes what the bot says now; the difference is for a person to
read. `hoctap talk --record FILE` writes a new one.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.conversation.turn import COMMANDS, DRAWS
from tests.chats import DatabaseChat, WebChat, closing
from tests.standin import running_standin
from tests.telegram import BotServer, TelegramChat, running_bot
from tests.transcripts.conftest import FOLDER, as_on_telegram, play, said_lines

TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
COUNTING_PEOPLE = [path for path in TRANSCRIPTS if path.stem.startswith("campaign.")]
"""These count everybody who is there, so they need a database of their own."""


def _named(path: Path) -> str:
    return path.stem


@pytest.fixture(params=TRANSCRIPTS, ids=_named)
def transcript(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_on_sqlite(transcript: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    written = transcript.read_text(encoding="utf-8")
    with closing(DatabaseChat(f"sqlite:///{tmp_path}/hoctap.db")) as chat:
        played = "\n".join(play(chat, said_lines(written), restarts=True)) + "\n"
    if request.config.getoption("--update-transcripts"):
        transcript.write_text(played, encoding="utf-8")
    else:
        assert played == written


@pytest.mark.slow  # a new server connection after every turn
def test_on_postgresql(transcript: Path, migrated_postgres: Callable[[], str]) -> None:
    written = transcript.read_text(encoding="utf-8")
    with closing(DatabaseChat(migrated_postgres())) as chat:
        assert "\n".join(play(chat, said_lines(written), restarts=True)) + "\n" == written


@pytest.mark.slow  # the same as on SQLite, once more
def test_through_the_web_chat(transcript: Path, tmp_path: Path) -> None:
    written = transcript.read_text(encoding="utf-8")
    with closing(WebChat(f"sqlite:///{tmp_path}/hoctap.db")) as chat:
        assert "\n".join(play(chat, said_lines(written), restarts=True)) + "\n" == written


@pytest.fixture(scope="module", params=["polling", "webhook"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotServer]:
    folder = tmp_path_factory.mktemp("telegram")
    with running_standin() as telegram:
        server = BotServer(telegram, f"sqlite:///{folder}/hoctap.db", is_webhook=request.param == "webhook")
        with running_bot(server):
            yield server


@pytest.mark.slow
@pytest.mark.parametrize("transcript", [each for each in TRANSCRIPTS if each not in COUNTING_PEOPLE], ids=_named)
def test_on_telegram(transcript: Path, bot: BotServer) -> None:
    """Over real HTTP, with the buttons of the keyboards that were sent; restarts where the transcript has one."""
    _play_on_telegram(transcript, bot)


@pytest.mark.slow
@pytest.mark.parametrize("transcript", COUNTING_PEOPLE, ids=_named)
def test_on_a_telegram_of_its_own(transcript: Path, tmp_path: Path) -> None:
    with running_standin() as telegram:
        server = BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db")
        with running_bot(server):
            _play_on_telegram(transcript, server)


def _play_on_telegram(transcript: Path, bot: BotServer) -> None:
    written = transcript.read_text(encoding="utf-8")
    played = "\n".join(play(TelegramChat(bot), said_lines(written), restarts=False)) + "\n"
    assert as_on_telegram(played) == as_on_telegram(written)


@pytest.mark.slow
def test_every_place_is_in_a_transcript(tmp_path: Path) -> None:
    seen: set[str] = set()
    for path in TRANSCRIPTS:
        chat = DatabaseChat(f"sqlite:///{tmp_path}/{path.stem}.db")
        list(play(chat, said_lines(path.read_text(encoding="utf-8")), restarts=False))
        seen |= chat.places
        chat.close()
    assert set(DRAWS) - seen == set()


def test_every_command_is_in_a_transcript() -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in TRANSCRIPTS)
    assert [command for command in COMMANDS if f"me> /{command}" not in said] == []
