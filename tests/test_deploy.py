"""What watches hoctap asks for what hoctap says, and each alert has a paragraph that says what to do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.health import CHECKS
from bot.metrics import Metrics
from bot.presence import Presence
from bot.roles import ROLES
from channels.watch import Watch
from engine.pacing import Lane
from handlers.read_gauges import Gauges

ROOT = Path(__file__).parent.parent
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
DASHBOARD = ROOT / "deploy/grafana/hoctap.json"
MANUAL = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
_SUFFIX = re.compile("_(bucket|count|sum|total)$")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def asked_for() -> set[str]:
    """Every metric of ours, with the suffix that makes a series of it."""
    return {name for each in expressions() for name in re.findall(r"\b(?:hoctap|process)_\w+", each)}


class _Quiet:
    under_way = 0


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    """What Prometheus gets where everything has happened once."""
    metrics = Metrics("1", "sqlite")
    watch: Watch = metrics
    watch.turn("web", 0.1, failed=True)
    watch.waited(Lane.ANSWER, 0.1)
    watch.lanes(lambda _: 0)
    presence = Presence(_Quiet(), "here", ROLES, watches=True, has_bot=True)  # type: ignore[arg-type]
    presence.gauges = Gauges({"sent": 1}, 0, dict.fromkeys(ROLES, 1), 1, 0.0, 86_400.0, 10, 0.0)
    metrics.add(_Quiet(), presence, lambda: dict.fromkeys(CHECKS, False))  # type: ignore[arg-type]
    return metrics.page().decode()


def series(page: str) -> set[str]:
    return set(re.findall(r"^(\w+)[{ ]", page, re.MULTILINE))


def test_every_metric_that_is_asked_for_exists(page: str) -> None:
    assert len(asked_for()) > 15
    assert asked_for() - series(page) == set()


def test_the_manual_names_every_metric_and_no_other(page: str) -> None:
    families = set(re.findall(r"^# TYPE (hoctap_\w+)", page, re.MULTILINE))
    named = set(re.findall(r"`(hoctap_\w+)`", MANUAL))
    assert named == {family for family in families if not family.endswith("_created")}


def test_every_metric_is_looked_at_somewhere(page: str) -> None:
    families = set(re.findall(r"^# TYPE (hoctap_\w+)", page, re.MULTILINE))
    looked_at = {_SUFFIX.sub("", name) for name in asked_for()}
    assert {_SUFFIX.sub("", name) for name in families if not name.endswith("_created")} - looked_at == set()


def test_every_alert_says_what_to_do_and_nothing_else_is_described() -> None:
    described = re.findall(r"^### (\w+)\n(.+)", MANUAL, re.MULTILINE)
    assert [rule["alert"] for rule in rules()] == [name for name, _ in described]
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in ("page", "warn")


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_described_where_its_answer_points(check: str) -> None:
    assert f'<a id="{check}"></a>**{check}**' in MANUAL


def test_no_series_could_tell_of_a_person_or_a_commune(page: str) -> None:
    labels = set(re.findall(r'[{,](\w+)="', page))
    assert labels == {"channel", "check", "database", "lane", "le", "python", "role", "state", "version"}
