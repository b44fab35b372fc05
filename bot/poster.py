"""`hoctap poster`: which communes, which links, and the files."""

import asyncio
import re
from pathlib import Path

import click

from bot.settings import Settings
from content.read import read_handbook
from engine.communes import Commune, Province
from engine.errors import SettingsProblem
from engine.texts import Texts
from reports.poster import Poster, draw_poster

ALL = "all"
"""In place of a commune: every one of the province."""

_BOT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")  # https://core.telegram.org/bots/features#botfather
_WEB_URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_MOST_NAMED = 8  # communes in one message: more does not help


def write_posters(settings: Settings, commune: str, out: Path | None, language: str, bot: str | None) -> None:
    """Writes the poster of a commune, or one for each into a folder, and says where."""
    handbook = read_handbook(settings.province)
    if language not in handbook.languages:
        known = ", ".join(handbook.languages)
        raise SettingsProblem(f"there is no poster in the language '{language}'; write one of: {known}")
    say = handbook.languages[language]
    bot_name = check_bot_name(bot) if bot else _ask_bot_name(settings)
    web_url = check_web_url(settings.web_url) if settings.web_url else ""
    if not (web_url or bot_name):
        raise SettingsProblem(
            "a poster needs somewhere to lead: set HOCTAP_WEB_URL to the public address of the web chat"
            " (https://…), or name the Telegram bot with --bot"
            " (or set HOCTAP_TELEGRAM_TOKEN)"
        )
    if commune == ALL:
        folder = out or Path("posters")
        wanted = {each: folder / _file_name(each) for each in handbook.province.communes}
    else:
        found = find_commune(handbook.province, commune, settings.province)
        wanted = {found: out or Path(_file_name(found))}
    for each, path in wanted.items():
        _write(path, _poster(each, web_url, bot_name), say)
        click.echo(f"→ {path}  {each.name}")


def _ask_bot_name(settings: Settings) -> str:
    """The name of the bot of the settings; "" if there is none."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return ""
    from channels.telegram.run import ask_username

    return asyncio.run(ask_username(token, settings.telegram_api))


def check_bot_name(typed: str) -> str:
    """A bot's username without its @; SettingsProblem if Telegram has no such names."""
    name = typed.removeprefix("@")
    if not _BOT_NAME.fullmatch(name):
        raise SettingsProblem(
            f"'{typed}' is no Telegram username: 5 to 32 of a–z, 0–9 and _, a letter first, such as @hoctap_bot"
        )
    return name


def check_web_url(url: str) -> str:
    """The address that `/?c=…` is put behind; SettingsProblem if nobody could open it."""
    if not _WEB_URL.fullmatch(url):
        raise SettingsProblem(
            "HOCTAP_WEB_URL: write the address of the web chat, such as https://hoctap.example.vn"
        )
    return url.rstrip("/")


def find_commune(province: Province, typed: str, province_file: str) -> Commune:
    """A commune by its code (zeros in front may be lost, as spreadsheets do) or by a name that only one has."""
    commune = province.by_code.get(typed.zfill(5))
    if commune is not None:
        return commune
    where = f"all codes are in content/communes/{province_file}.csv"
    found = list(dict.fromkeys(hit.commune for hit in province.search(typed)))
    if not found:
        raise SettingsProblem(f"there is no commune '{typed}' in {province.name}; {where}")
    if len(found) > 1:
        names = ", ".join(f"{each.code} {each.name}" for each in found[:_MOST_NAMED])
        more = ", …" if len(found) > _MOST_NAMED else ""
        raise SettingsProblem(f"'{typed}' may be {names}{more}; write one of the codes ({where})")
    return found[0]


def _poster(commune: Commune, web_url: str, bot_name: str) -> Poster:
    return Poster(
        commune_name=commune.name,
        web_link=f"{web_url}/?c={commune.code}" if web_url else "",
        telegram_link=f"https://t.me/{bot_name}?start=c{commune.code}" if bot_name else "",
    )


def _file_name(commune: Commune) -> str:
    return f"poster-{commune.code}.pdf"


def _write(path: Path, poster: Poster, say: Texts) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draw_poster(poster, say))
    except OSError as error:
        raise SettingsProblem(f"{path} cannot be written: {error.strerror}") from None
