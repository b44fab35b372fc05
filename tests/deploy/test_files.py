"""What deploy/ says of hoctap is true: settings, commands, ports, rooms, limits, times."""

import ipaddress
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml

from bot.cli import main
from bot.public_health import PUBLIC_HEALTH
from bot.settings import Settings
from channels.telegram.webhook import LARGEST_BODY
from channels.webchat.read import LONGEST_BODY
from tests.server import STOP_SECONDS
from tests.test_rooms import ROOMS
from web.browser import PATH
from web.pages import PAGES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TIMED = ("hoctap-backup", "hoctap-tombstones")
UNITS = ("hoctap.service", *(f"{name}.service" for name in TIMED))
TIMERS = tuple(f"{name}.timer" for name in TIMED)
SETTINGS = {f"HOCTAP_{name.upper()}" for name in Settings.model_fields}
PORT = Settings.model_fields["port"].default
MOST_EXPOSED = 15
"""Of 100, as `systemd-analyze security` counts: what is left is that hoctap uses the network."""


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def lines_of(unit: str, key: str) -> list[str]:
    """The values of a key of a unit."""
    return re.findall(rf"^{key}=(.*)$", text_of(f"systemd/{unit}"), re.MULTILINE)


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    return read


def test_every_setting_that_is_named_exists() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix not in (".json", ".yml")]
    files += [ROOT / "docs/operations.md", ROOT / "SECURITY.md"]
    named = {name for path in files for name in re.findall(r"HOCTAP_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert named >= {"HOCTAP_DATA", "HOCTAP_KEY_DIR", "HOCTAP_SECRETS_DIR", "HOCTAP_TRUSTED_PROXIES"}
    assert named - SETTINGS == set()


def test_every_secret_is_a_setting() -> None:
    assert {f"HOCTAP_{name.upper()}" for name in ("telegram_token", "database_url")} <= SETTINGS
    of_hoctap = {name.upper() for name in compose()["x-hoctap"]["secrets"]}
    assert of_hoctap == {"HOCTAP_TELEGRAM_TOKEN", "HOCTAP_DATABASE_URL"}
    assert set(compose()["secrets"]) == {name.lower() for name in of_hoctap} | {"postgres_password"}


def commands() -> list[list[str]]:
    """All that the files of deploy/ have hoctap do, in words."""
    units = [shlex.split(line)[1:] for unit in UNITS for line in lines_of(unit, "ExecStart")]
    containers = [each["command"] for each in compose()["services"].values() if "command" in each]
    return [*units, *containers]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    found: click.Command = main
    options = list(command)
    while isinstance(found, click.Group) and options and not options[0].startswith("-"):
        name = options.pop(0)
        inner = found.get_command(click.Context(found), name)
        assert inner, f"there is no command {name}"
        found = inner
    known = {opt for parameter in found.params for opt in parameter.opts}
    assert {option for option in options if option.startswith("-")} <= known


def test_the_image_holds_every_room() -> None:
    copied = set(re.findall(r"^COPY (\w+)/ \1/$", text_of("Containerfile"), re.MULTILINE))
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = {each for each in shipped["tool"]["setuptools"]["packages"]["find"]["include"] if "." not in each}
    assert copied == rooms == ROOMS
    let_in = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(let_in) == rooms | {"requirements.lock", "pyproject.toml"}


def test_the_image_is_of_locked_packages_and_not_of_root() -> None:
    image = text_of("Containerfile")
    assert "--require-hashes -r requirements.lock" in image
    assert re.search(r"^USER [1-9]\d*$", image, re.MULTILINE)
    for service in ("web", "work"):
        assert compose()["services"][service]["read_only"] is True
        assert compose()["services"][service]["cap_drop"] == ["ALL"]


def test_the_ports_agree() -> None:
    assert f"server 127.0.0.1:{PORT};" in text_of("nginx/hoctap.conf")
    assert f"{{$UPSTREAM:127.0.0.1:{PORT}}}" in text_of("caddy/Caddyfile")
    assert compose()["services"]["proxy"]["environment"]["UPSTREAM"] == f"web:{PORT}"
    image = text_of("Containerfile")
    assert f"EXPOSE {PORT}\n" in image
    assert f"http://127.0.0.1:{PORT}/health" in image


def test_the_trusted_proxy_is_the_proxy() -> None:
    read = compose()
    address = read["services"]["proxy"]["networks"]["outside"]["ipv4_address"]
    assert read["x-hoctap"]["environment"]["HOCTAP_TRUSTED_PROXIES"] == address
    network = read["networks"]["outside"]["ipam"]["config"][0]["subnet"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(network)


def test_what_is_stopped_is_given_the_time_it_takes() -> None:
    assert float(lines_of("hoctap.service", "TimeoutStopSec")[0]) > STOP_SECONDS
    assert float(compose()["x-hoctap"]["stop_grace_period"].removesuffix("s")) > STOP_SECONDS


def test_the_proxies_take_a_little_more_than_hoctap() -> None:
    webhook = urlsplit(compose()["x-hoctap"]["environment"]["HOCTAP_TELEGRAM_WEBHOOK_URL"]).path
    largest_page = max(page.most_bytes for page in PAGES)
    for path, most in (("/chat", LONGEST_BODY), (webhook, LARGEST_BODY), ("/console/*", largest_page)):
        allowed = re.search(
            rf"request_body {re.escape(path)} {{\s*max_size (\d+)(KiB|MiB|MB)", text_of("caddy/Caddyfile")
        )
        assert allowed, path
        assert most < int(allowed[1]) * {"KiB": 2**10, "MiB": 2**20, "MB": 10**6}[allowed[2]]
    for path, most in (("= /chat", LONGEST_BODY), (f"= {webhook}", LARGEST_BODY)):
        found = re.search(rf"location {path} {{\s*client_max_body_size (\d+)([km]);", text_of("nginx/hoctap.conf"))
        assert found, path
        assert most < int(found[1]) * {"k": 2**10, "m": 2**20}[found[2]]
    everywhere = re.search(r"^    client_max_body_size (\d+)m;$", text_of("nginx/hoctap.conf"), re.MULTILINE)
    assert everywhere
    assert largest_page < int(everywhere[1]) * 2**20


def test_nginx_passes_on_every_page_and_refuses_what_is_none() -> None:
    conf = text_of("nginx/hoctap.conf")
    exact = set(re.findall(r"location = (\S+) {", conf))
    (pattern,) = re.findall(r"location ~ (\S+) {", conf)
    webhook = urlsplit(compose()["x-hoctap"]["environment"]["HOCTAP_TELEGRAM_WEBHOOK_URL"]).path
    ours = {
        "/",
        "/chat",
        "/files/0/result.png",
        "/static/chat.js",
        PUBLIC_HEALTH.path,
        webhook,
        PATH,
        f"{PATH}/staff",
    }
    assert {path for path in ours if path not in exact and not re.match(pattern, path)} == set()
    assert not re.match(pattern, "/wp-login.php")
    assert re.search(r"location / {\s*return 404;", conf)


def test_no_proxy_keeps_addresses() -> None:
    assert text_of("nginx/hoctap.conf").count("access_log off;") == 2
    assert "request delete" in text_of("caddy/Caddyfile")
    assert not re.search(r"^\t*log\b", text_of("caddy/Caddyfile").partition("\n}\n")[2], re.MULTILINE)


def test_all_services_are_held_to_the_same() -> None:
    walls = r"^(?:Protect|Private|Restrict|Capability|Ambient|No|Lock|Remove|Keyring|Device|Proc|UMask)\w*=.*$"
    first, *others = (sorted(re.findall(walls, text_of(f"systemd/{unit}"), re.MULTILINE)) for unit in UNITS)
    assert others == [first] * (len(UNITS) - 1)
    assert len(first) > 20


def test_what_was_erased_is_listed_as_often_as_is_promised() -> None:
    assert lines_of("hoctap-tombstones.timer", "OnCalendar") == ["*:0/5"]
    assert "writes the list every five minutes" in (ROOT / "docs/backup.md").read_text(encoding="utf-8")
    guide = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert f"systemctl enable --now {' '.join(TIMERS)}\n" in guide


def test_no_list_is_written_while_hoctap_is_stopped() -> None:
    """Whoever restores stops hoctap: an empty database has erased nobody, and would say so in the list."""
    assert lines_of("hoctap-tombstones.service", "Requisite") == ["hoctap.service"]
    assert lines_of("hoctap-tombstones.service", "After") == ["hoctap.service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("unit", [*UNITS, *TIMERS])
def test_systemd_understands_the_units(unit: str, tmp_path: Path) -> None:
    for each in (*UNITS, *TIMERS):
        here = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text_of(f"systemd/{each}"), flags=re.MULTILINE)
        (tmp_path / each).write_text(here, encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit)], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
    if unit in UNITS:
        how = ("--offline=yes", f"--threshold={MOST_EXPOSED}")
        exposed = subprocess.run(
            ["systemd-analyze", "security", *how, str(tmp_path / unit)], capture_output=True, text=True, check=False
        )
        assert exposed.returncode == 0, exposed.stdout
