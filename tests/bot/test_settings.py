"""Where settings come from. A secret comes from a file, and is never shown."""

from pathlib import Path

import pytest

from bot.settings import read_settings
from engine.errors import SettingsProblem

TOKEN = "123456789:xoai-kin-7731"
DATABASE = "postgresql://hoctap:mat-khau-7731@database/hoctap"


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of secrets, as systemd and containers mount it."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv("HOCTAP_SECRETS_DIR", str(folder))
    return folder


def test_token_and_database_come_from_files(secrets: Path) -> None:
    (secrets / "HOCTAP_TELEGRAM_TOKEN").write_text(f"{TOKEN}\n", encoding="utf-8")
    (secrets / "hoctap_database_url").write_text(f"{DATABASE}\n", encoding="utf-8")
    settings = read_settings()
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.database == DATABASE
    assert "7731" not in repr(settings)


def test_what_the_environment_says_counts_first(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secrets / "HOCTAP_PORT").write_text("8081", encoding="utf-8")
    assert read_settings().port == 8081
    monkeypatch.setenv("HOCTAP_PORT", "8082")
    assert read_settings().port == 8082


def test_a_wrong_secret_is_named_and_not_shown(secrets: Path) -> None:
    (secrets / "HOCTAP_TELEGRAM_WEBHOOK_URL").write_text(TOKEN, encoding="utf-8")
    with pytest.raises(SettingsProblem, match="HOCTAP_TELEGRAM_WEBHOOK_URL") as caught:
        read_settings()
    assert "7731" not in str(caught.value)


def test_a_folder_that_is_not_there_is_refused(secrets: Path) -> None:
    secrets.rmdir()
    with pytest.raises(SettingsProblem, match=f'HOCTAP_SECRETS_DIR: directory "{secrets}" does not exist'):
        read_settings()


def test_a_folder_in_place_of_a_secret_is_refused(secrets: Path) -> None:
    """What a container puts there if the file to mount is missing."""
    (secrets / "HOCTAP_TELEGRAM_TOKEN").mkdir()
    with pytest.raises(SettingsProblem, match=f"HOCTAP_SECRETS_DIR: .*{secrets}/HOCTAP_TELEGRAM_TOKEN"):
        read_settings()


def test_a_secret_that_is_no_text_is_refused(secrets: Path) -> None:
    (secrets / "HOCTAP_TELEGRAM_TOKEN").write_bytes(b"\xff7731")
    with pytest.raises(SettingsProblem, match="HOCTAP_SECRETS_DIR: 'utf-8'") as caught:
        read_settings()
    assert "7731" not in str(caught.value)
