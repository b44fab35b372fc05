"""Settings, from the environment or from files. docs/settings.md is made from this file: `hoctap settings`."""

import warnings
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from engine.campaigns.hours import Calm
from engine.campaigns.rules import SendingRules
from engine.errors import SettingsProblem
from engine.newcomers import NEWCOMERS_PER_MINUTE


class Settings(BaseSettings):
    """One field a setting: its name in the environment is HOCTAP_ and the field's in capitals."""

    model_config = SettingsConfigDict(env_prefix="HOCTAP_", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 lets phones in the same network in.")
    port: int = Field(8080, ge=0, le=65535, description="Port of the web chat; 0 takes any that is free.")
    data: Path = Field(Path("data"), description="Folder of the SQLite database. Only hoctap needs to read it.")
    database_url: str = Field(
        "",
        repr=False,  # it may hold a password
        description="`postgresql://user:password@host/name` for PostgreSQL; empty for SQLite in the data folder.",
    )
    key_dir: Path = Field(
        Path("keys"),
        description="Folder of the rounds' keys, outside the database and its backups: see docs/privacy.md.",
    )
    secrets_dir: str = Field(
        "",
        description="Folder with files of secrets, each named like its variable, such as `HOCTAP_TELEGRAM_TOKEN` or"
        " `hoctap_database_url`. A variable that is set counts before its file.",
    )
    backup_dir: Path = Field(
        Path("backups"),
        description="Folder that backups and the list of tombstones are written to: see docs/backup.md.",
    )
    backup_key: str = Field(
        "", description="Public key that backups are encrypted with, `age1…`: `hoctap backup keys` makes one."
    )
    province: str = Field("son_la", description="File in content/communes/ with the communes to offer.")
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses of reverse proxies whose X-Forwarded-For and -Proto are believed, with commas.",
    )
    presses_per_minute: int = Field(
        600,
        ge=1,
        description="What one network address may send in the long run. Many phones share one address (mobile"
        " networks, a school's Wi-Fi), so this is for a crowd, not for a person.",
    )
    press_burst: int = Field(300, ge=1, description="What one network address may send at once.")
    requests_per_minute: int = Field(
        3000,
        ge=1,
        description="What one network address may ask for in all, pages and pictures included. Above it only those"
        " who have an account are served. See docs/abuse.md.",
    )
    request_burst: int = Field(1500, ge=1, description="The same at once.")
    most_waiting: int = Field(
        500, ge=1, description="How many turns may wait for the database before strangers are asked to come back."
    )
    newcomers_per_minute: int = Field(
        NEWCOMERS_PER_MINUTE,
        ge=1,
        description="So many new accounts a minute, in this process, are never called a flood. In a flood the web"
        " chat asks strangers for some work of their phone, or to wait. See docs/abuse.md.",
    )
    most_connections: int = Field(
        4000, ge=10, description="Open connections of browsers; above it those that have asked for nothing yet go."
    )
    web_url: str = Field(
        "", description="Public address of the web chat, such as `https://hoctap.example.vn`: for posters."
    )
    telegram_token: SecretStr = Field(
        SecretStr(""), description="What BotFather gave for the bot; empty: no Telegram. See docs/telegram.md."
    )
    telegram_webhook_url: str = Field(
        "",
        description="Public https address that Telegram posts to, with a path of its own, such as"
        " `https://hoctap.example.vn/telegram`; empty: this one process fetches the updates itself.",
    )
    telegram_api: str = Field("https://api.telegram.org", description="Another Bot API server, such as one's own.")
    telegram_per_second: int = Field(30, ge=1, description="What the bot may send in a second, in all processes.")
    telegram_chat_per_second: float = Field(1.0, gt=0, description="What it may send to one chat in the long run.")
    telegram_chat_burst: int = Field(3, ge=1, description="What it may send to one chat at once.")

    campaign_per_second: int = Field(25, ge=1, description="How much of that campaigns and reminders may have.")
    campaign_most_alone: int = Field(
        200, ge=0, description="A campaign to more people than these must be approved by a second officer."
    )
    messages_a_day: int = Field(1, ge=1, description="Campaigns and reminders that one person gets in a day.")
    messages_a_week: int = Field(3, ge=1, description="The same in seven days.")

    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of `/metrics`, `/health` and `/ready`, for Prometheus and whoever starts processes; 0 or"
        " empty: none. Each process of a machine needs its own. See docs/operations.md.",
    )
    metrics_host: str = Field(
        "127.0.0.1",
        description="Address of that port. Nothing on it is about a person, but it is not for the public.",
    )

    ffmpeg: str = Field(
        "",
        description="The program that converts recordings of questions; empty: the ffmpeg that is installed, if"
        " any. Without it only MP3 files are taken. See docs/voice.md.",
    )

    @field_validator("metrics_port", mode="before")
    @classmethod
    def _may_be_empty(cls, port: object) -> object:
        return port or 0

    @field_validator("telegram_webhook_url")
    @classmethod
    def _has_path(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("https", "http") or not parts.netloc or parts.path in ("", "/", "/chat")):
            raise ValueError(
                "must be an address with a path of its own, such as https://hoctap.example.vn/telegram"
            )
        return url

    @property
    def rules(self) -> SendingRules:
        """What is set about sending."""
        calm = Calm(self.messages_a_day, self.messages_a_week)
        return SendingRules(calm, self.campaign_most_alone, self.campaign_per_second)

    @property
    def database(self) -> str:
        """The database to open."""
        return self.database_url or f"sqlite:///{self.data / 'hoctap.db'}"


def read_settings() -> Settings:
    """The settings in force. SettingsProblem names each one that is wrong, and never prints its value."""
    try:
        settings = Settings()
        return _with_secrets(settings.secrets_dir) if settings.secrets_dir else settings
    except ValidationError as error:
        lines = [f"HOCTAP_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()]
        raise SettingsProblem("\n".join(lines)) from None


def _with_secrets(folder: str) -> Settings:
    """The settings of the environment and of the files in the folder; SettingsProblem if one cannot be read."""
    try:
        # What pydantic-settings only warns of, such as a missing folder, would be a bot without its token.
        with warnings.catch_warnings(action="error"):
            return Settings(_secrets_dir=folder)
    except (OSError, SettingsError, UserWarning) as error:
        raise SettingsProblem(f"HOCTAP_SECRETS_DIR: {error.__cause__ or error}") from None


def settings_page() -> str:
    """docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "All settings are environment variables, or files in the folder that `HOCTAP_SECRETS_DIR` names.",
        "This page is made from `bot/settings.py` by `hoctap settings`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if str(field.default) else ""
        lines.append(f"| `HOCTAP_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
