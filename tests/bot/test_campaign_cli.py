"""The commands of campaigns and of the calendar, as an officer types them: a whole life, and what is refused."""

import ast
import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import bot.bootstrap
import bot.workplace
from bot.bootstrap import Office, open_office
from bot.cli import main
from bot.settings import read_settings
from channels.plain_text import plain
from engine.campaigns.audience import EVERYBODY, AudienceRule
from engine.campaigns.ledger import DELIVERY_STATES
from handlers.staff import COMMAND_LINE
from storage.database import Database
from storage.staff import load_audit
from tests.campaigns import add_officer, add_people, check_sums, deliver, run, state_of, tend
from tests.chats import Clock, handbook

ROOT = Path(__file__).parent.parent.parent
COMMUNE, ELSEWHERE = "03646", "03667"
ALONE = 200
"""How many people one officer may write to alone."""


@pytest.fixture
def clock() -> Clock:
    """Nine o'clock on the first day of the Week."""
    return Clock(datetime(2026, 10, 1, 2, tzinfo=UTC))


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Office]:
    monkeypatch.setenv("HOCTAP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOCTAP_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.bootstrap, "read_handbook", lambda province: handbook())  # it takes the longest
    monkeypatch.setattr(bot.workplace, "open_office", partial(open_office, clock=clock))
    with open_office(read_settings(), clock) as opened:
        yield opened


@pytest.fixture
def database(office: Office) -> Database:
    """With two officers of the province, 1 and 2, who have chats in another commune."""
    chats = add_people(office.database, ["chief", "deputy"], office.clock(), communes=[ELSEWHERE])
    for chat in chats:
        add_officer(office.database, chat)
    return office.database


def hoctap(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=typed)


def said(*arguments: str, typed: str | None = None) -> str:
    result = hoctap(*arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str, typed: str | None = None) -> str:
    """Refused in one line, without a trace."""
    result = hoctap(*arguments, typed=typed)
    assert result.exit_code == 1, result.output
    assert len(result.output.splitlines()) == 1
    return result.output


def not_understood(*arguments: str) -> str:
    result = hoctap(*arguments)
    assert result.exit_code == 2, result.output
    return re.sub(r"\s+", " ", result.output)


def error(key: str, language: str = "vi", **values: object) -> str:
    """What is said where something is refused."""
    return f"Error: {plain(str(handbook().speak(language)(key, **values)))}\n"


def campaign(step: str, *arguments: str, officer: int = 1) -> str:
    return said("campaign", step, "1", "--officer", str(officer), *arguments)


def new(*arguments: str) -> str:
    begun = ("campaign", "new", "--officer", "1", "--title", "Ngày Sách", "--template", "book_day")
    return said(*begun, "--commune", COMMUNE, *arguments)


def approve(database: Database, now: datetime) -> None:
    """From the draft until it is being sent."""
    campaign("test")
    campaign("submit")
    campaign("approve", officer=2)
    tend(database, handbook(), now)


def audited(database: Database) -> list[tuple[str, str]]:
    lines = run(database, partial(load_audit, most=50))
    return [(line.who, line.action) for line in reversed(lines)]


# ---- a whole life --------------------------------------------------------------------------------------------


def test_a_whole_life(database: Database, clock: Clock, tmp_path: Path) -> None:
    add_people(database, range(230), clock.now, communes=[COMMUNE])
    add_people(database, range(300, 320), clock.now, communes=[COMMUNE], channel="web", language="en")
    add_people(database, range(400, 412), clock.now, communes=[COMMUNE], unreachable="blocked")
    add_people(database, range(500, 520), clock.now, communes=[ELSEWHERE])

    written = new()
    assert "state      draft" in written
    assert '{"communes": ["03646"], "progress": ["not_started", "half_way"]}' in written
    assert "Phường Tô Hiệu" in written

    shown = said("campaign", "preview", "1")
    assert "--- vi\n" in shown
    assert "Ngày Sách và Văn hóa đọc Việt Nam" in shown
    assert "--- en\n" in shown
    assert re.search(r"\b250\b.*Phường Tô Hiệu", shown)
    assert "Telegram 230" in shown
    assert re.search(r"\b12\b", shown), "who cannot be reached"

    assert campaign("test") == "campaign 1: on its way to the chat of staff 1\n"
    assert "approve 1 --officer ANOTHER" in campaign("submit")
    assert campaign("return", officer=2) == "campaign 1: draft\n"
    campaign("submit")
    assert campaign("approve", officer=2) == "campaign 1: approved\n"
    tend(database, handbook(), clock.now)
    assert campaign("pause") == "campaign 1: paused\n"
    assert deliver(database, handbook(), clock.now)[1] == []
    assert campaign("resume") == "campaign 1: sending\n"
    assert len(deliver(database, handbook(), clock.now)[1]) == 230

    assert "   1  sending          230 of      262  Ngày Sách\n" in said("campaign", "list"), "the web waits"
    table = said("campaign", "ledger", "1")
    assert re.search(r"^ +230  sent$", table, re.MULTILINE)
    assert re.search(r"^ +20  waiting$", table, re.MULTILINE)
    assert re.search(r"^ +12  unreachable  blocked", table, re.MULTILINE)
    assert "262  in all; the audience is 262" in table
    assert table in said("campaign", "show", "1")
    check_sums(database)
    assert audited(database) == [
        ("staff 1 by command line", action)
        if action not in ("campaign_returned", "campaign_approved")
        else ("staff 2 by command line", action)
        for action in (
            "campaign_written",
            "campaign_tested",
            "campaign_submitted",
            "campaign_returned",
            "campaign_submitted",
            "campaign_approved",
            "campaign_paused",
            "campaign_resumed",
        )
    ]


def test_the_test_reaches_the_officer_and_nobody_else(database: Database, clock: Clock) -> None:
    add_people(database, range(20), clock.now, communes=[COMMUNE])
    Path("text.txt").write_text("Chào bà con <b>{commune}</b>, câu {question}/{questions}.\n", encoding="utf-8")
    Path("hello.txt").write_text("Hello, <i>{commune}</i>.", encoding="utf-8")
    texts = ("--text", "text.txt", "--text-en", "hello.txt", "--button", "open", "--link", "Xem tin|https://x.vn/a")
    said("campaign", "new", "--officer", "1", "--title", "t", *texts, "--commune", COMMUNE)
    campaign("test")
    tend(database, handbook(), clock.now)
    (parcels,) = deliver(database, handbook(), clock.now).values()
    assert [parcel.address for parcel in parcels] == ["chief"]
    screen = parcels[0].screens[0]
    assert re.fullmatch(r"Chào bà con <b>(Xã|Phường) .+</b>, câu 6/20\.", str(screen.html))
    assert [button.url for button in screen.flat_buttons] == ["", "https://x.vn/a"]
    assert state_of(database, 1).is_tested
    campaign("change", "--title", "other")
    assert state_of(database, 1).is_tested
    campaign("change", "--button", "my_commune")
    assert not state_of(database, 1).is_tested, "another message must be tested again"


def test_in_doubt_is_sent_again_only_after_a_yes(database: Database, clock: Clock) -> None:
    add_people(database, range(15), clock.now, communes=[COMMUNE])
    new()
    approve(database, clock.now)
    deliver(database, handbook(), clock.now, outcome="in_doubt")
    assert re.search(r"15  in_doubt", said("campaign", "ledger", "1"))
    again = ("campaign", "again", "1", "--officer", "1")
    assert "15 people may have it already" in hoctap(*again, typed="n\n").output
    assert state_of(database, 1).counts.in_doubt == 15
    assert said(*again, typed="y\n").endswith("campaign 1: again to 15\n")
    assert said(*again, "--yes") == "campaign 1: again to 0\n"
    check_sums(database)
    assert len(deliver(database, handbook(), clock.now)[1]) == 15


def test_nothing_leaves_after_cancelling(database: Database, clock: Clock) -> None:
    add_people(database, range(15), clock.now, communes=[COMMUNE])
    new("--at", "2026-10-02 08:00", "--hours", "08:00-09:00", "--expires", "2026-10-03 09:00")
    kept = state_of(database, 1)
    assert kept.starts_at == datetime(2026, 10, 2, 1, tzinfo=UTC)
    assert kept.expires_at == datetime(2026, 10, 3, 2, tzinfo=UTC)
    assert "begins     2026-10-02 08:00, daily 08:00-09:00" in said("campaign", "show", "1")
    approve(database, clock.now)
    assert state_of(database, 1).state == "scheduled"
    campaign("cancel")
    clock.move(days=1)
    tend(database, handbook(), clock.now)
    assert 1 not in deliver(database, handbook(), clock.now)
    assert re.search(r"15  dropped +cancelled", said("campaign", "ledger", "1"))


# ---- drafts --------------------------------------------------------------------------------------------------


def test_all_conditions_are_kept_and_changed_one_by_one(database: Database) -> None:
    new("--form", "farmer", "--form", "worker", "--audience-language", "en", "--channel", "web")
    kept = AudienceRule(
        communes=(COMMUNE,),
        languages=("en",),
        channels=("web",),
        forms=("farmer", "worker"),
        progress=("not_started", "half_way"),
    )
    assert _rule() == kept
    campaign("change", "--seen-within", "30", "--commune", ELSEWHERE, "--wants-reminders", "--progress", "finished")
    changed: dict[str, Any] = {
        "communes": (ELSEWHERE,),
        "seen_within_days": 30,
        "wants_reminders": True,
        "progress": ("finished",),
    }
    assert _rule() == replace(kept, **changed)
    campaign("change", "--everyone", "--not-seen-for", "60")
    assert _rule() == AudienceRule(not_seen_for_days=60)
    campaign("change", "--everyone")
    assert _rule() == EVERYBODY


def _rule() -> AudienceRule:
    """As it is shown."""
    shown = re.findall(r"^audience +(\{.*\})$", said("campaign", "show", "1"), re.MULTILINE)
    return AudienceRule.of_document(json.loads(shown[0]))


def test_a_picture_stands_above_the_text(database: Database) -> None:
    Path("p.png").write_bytes(b"\x89PNG, more or less")
    Path("p.gif").write_bytes(b"GIF89a")
    new("--picture", "p.png")
    assert state_of(database, 1).message.picture == 1
    assert "PNG" in refused("campaign", "change", "1", "--officer", "1", "--picture", "p.gif", "--title", "new")
    campaign("change", "--template", "week_day_1")
    kept = state_of(database, 1)
    assert (kept.title, kept.message.picture) == ("Ngày Sách", 1)


def test_what_is_no_text_of_ours_is_taken_out(database: Database) -> None:
    Path("t.txt").write_text("﻿Học <b>mỗi</b> ngày\x1b[31m<script>x</script> & vui\n", encoding="utf-8")
    said("campaign", "new", "--officer", "1", "--title", " a\x1b\nb ", "--text", "t.txt")
    kept = state_of(database, 1)
    assert kept.message.texts == {"vi": "Học <b>mỗi</b> ngày[31m &amp; vui"}
    assert kept.title == "a b"


def test_an_officer_of_a_commune_writes_to_that_commune(database: Database) -> None:
    add_officer(database, unit=ELSEWHERE)
    new_one = ("campaign", "new", "--officer", "3", "--title", "t", "--template", "book_day", "--commune", COMMUNE)
    said(*new_one)
    assert state_of(database, 1).audience.communes == (ELSEWHERE,)
    new()
    assert "there is no campaign 2" in refused("campaign", "submit", "2", "--officer", "3")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--hours", "7-20"], "not a pair of times, such as 07:30-20:30"),
        (["--hours", "25:00-26:00"], "not a pair of times"),
        (["--at", "2026-09-30T08:00"], "does not match the format"),
        (["--at", "2026-10-01 08:59"], "--at 2026-10-01 08:59 is over already"),
        (["--expires", "2026-10-01 08:00"], "is over already"),
        (["--link", "no bar"], "a bar, and the address"),
        (["--button", "link"], "'link' is not one of"),
        (["--form", "astronaut"], "there is no astronaut; there are: farmer, worker"),
        (["--audience-language", "fr"], "there is no fr; there are: vi, en"),
        (["--channel", "zalo"], "'zalo' is not one of"),
        (["--progress", "lazy"], "'lazy' is not one of"),
        (["--seen-within", "0"], "x>=1"),
        (["--text", "t.txt"], "choose one"),
        (["--text-en", "latin1.txt"], "latin1.txt is not a text in UTF-8"),
        (["--text-en", "none.txt"], "does not exist"),
        (["--title", " "], "there are no words in it"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_bad_options_are_named_and_change_nothing(database: Database, options: list[str], why: str) -> None:
    Path("t.txt").write_text("x", encoding="utf-8")
    Path("latin1.txt").write_bytes("Ngày".encode("latin-1"))
    begun = ("--officer", "1", "--title", "t", "--template", "book_day")
    assert why in not_understood("campaign", "new", *begun, *options)
    assert said("campaign", "list") == ""
    new("--at", "2026-10-02 08:00")
    before = state_of(database, 1)
    assert why in not_understood("campaign", "change", "1", *begun, *options)
    assert state_of(database, 1) == before
    assert audited(database) == [
        ("staff 1 by command line", "campaign_written"),
        ("staff 1 by command line", "campaign_changed"),
    ]


def test_a_draft_says_something(database: Database) -> None:
    assert "--text FILE or --template ID" in not_understood("campaign", "new", "--officer", "1", "--title", "t")
    new()
    assert "nothing was changed" in not_understood(
        "campaign", "change", "1", "--officer", "1", "--title", "Ngày Sách"
    )
    assert "there is no template ask_theme" in refused(
        "campaign", "new", "--officer", "1", "--title", "t", "--template", "ask_theme"
    )


# ---- refused -------------------------------------------------------------------------------------------------


def test_every_refusal_is_said_in_every_language() -> None:
    """Whatever is raised as CampaignRefused("key", …) can be told to an officer."""
    keys = {
        node.args[0].value
        for room in ("engine", "handlers")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CampaignRefused"
        if isinstance(node.args[0], ast.Constant)
    }
    assert len(keys) > 15
    for say in handbook().languages.values():
        assert keys - set(say.messages) == set()


def test_refusals_are_one_line_in_the_language_asked_for(database: Database, clock: Clock) -> None:
    add_people(database, range(15), clock.now, communes=[COMMUNE])
    new()
    submit = ("campaign", "submit", "1", "--officer", "1")
    for language in ("vi", "en"):
        assert refused(*submit, "--language", language) == error("campaign.not_tested", language)
    assert "write one of: vi, en" in refused(*submit, "--language", "fr")
    change = ("campaign", "change", "1", "--officer", "1", "--language", "en")
    assert refused(*change, "--hours", "05:00-08:00") == error("campaign.hours", "en")
    assert refused(*change, "--commune", "99999") == error("campaign.commune", "en", commune="99999")
    buttons = ("--button", "open", "--button", "my_commune", "--link", "a|https://x.vn")
    assert refused(*change, *buttons) == error("message.most_buttons", "en", most=2)
    for placeholder in ("theme", "name"):
        Path("t.txt").write_text(f"Chào {{{placeholder}}}", encoding="utf-8")
        assert f"{{{placeholder}}}" in refused(*change, "--text", "t.txt")
    assert state_of(database, 1).state == "draft"


def test_over_the_set_size_two_officers_must_have_seen_it(database: Database, clock: Clock) -> None:
    add_people(database, range(ALONE + 1), clock.now, communes=[COMMUNE])
    new()
    campaign("test")
    campaign("submit")
    alone = refused("campaign", "approve", "1", "--officer", "1")
    assert alone == error("campaign.second_officer", most=ALONE)
    assert state_of(database, 1).state == "submitted"
    tend(database, handbook(), clock.now)
    notices = deliver(database, handbook(), clock.now)
    assert {parcel.address for parcels in notices.values() for parcel in parcels} == {"chief", "deputy"}
    campaign("approve", officer=2)
    assert state_of(database, 1).approved_by == 2


def test_up_to_the_set_size_one_officer_is_enough(database: Database, clock: Clock) -> None:
    add_people(database, range(ALONE), clock.now, communes=[COMMUNE])
    new()
    campaign("test")
    assert "approve 1 --officer N" in campaign("submit")
    campaign("approve")


def test_nobody_but_an_officer_takes_a_step(database: Database, clock: Clock) -> None:
    new()
    said("staff", "invite", "--role", "statistics")
    for step in ("submit", "approve", "return", "pause", "resume", "cancel", "again", "test"):
        assert "staff 3 is no officer of campaigns" in refused("campaign", step, "1", "--officer", "3")
        assert "Missing option '--officer'" in not_understood("campaign", step, "1")
        assert "there is no campaign 7" in refused("campaign", step, "7", "--officer", "1")
    for look in ("show", "preview", "ledger"):
        assert "there is no campaign 7" in refused("campaign", look, "7")
    assert state_of(database, 1).state == "draft"


def test_steps_out_of_order_are_refused_and_change_nothing(database: Database, clock: Clock) -> None:
    add_people(database, range(15), clock.now, communes=[COMMUNE])
    new()
    for step in ("approve", "return", "pause", "resume", "again"):
        refused("campaign", step, "1", "--officer", "1")
    campaign("test")
    campaign("submit")
    refused("campaign", "change", "1", "--officer", "1", "--title", "late")
    kept = state_of(database, 1)
    assert (kept.state, kept.title) == ("submitted", "Ngày Sách")


def test_a_test_needs_a_chat(database: Database) -> None:
    add_officer(database)  # invited, and has not come
    new()
    assert refused("campaign", "test", "1", "--officer", "3") == error("campaign.no_chat")
    assert not state_of(database, 1).is_tested


# ---- the ledger ----------------------------------------------------------------------------------------------


def test_the_ledgers_file_adds_up_and_names_nobody(database: Database, clock: Clock) -> None:
    add_people(database, range(70_000, 70_030), clock.now, communes=[COMMUNE])
    add_people(database, range(80_000, 80_003), clock.now, communes=[COMMUNE], unreachable="gone")
    new()
    approve(database, clock.now)
    clock.move(minutes=31)
    deliver(database, handbook(), clock.now)
    assert said("campaign", "ledger", "1", "--out", "out/l.csv") == "→ out/l.csv\n"
    written = Path("out/l.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(written.splitlines()))
    assert list(rows[0]) == ["place", "state", "reason", "hour"]
    assert [row["place"] for row in rows] == [str(place) for place in range(1, 34)]
    assert Counter((row["state"], row["reason"], row["hour"]) for row in rows) == {
        ("sent", "", "2026-10-01 09:00"): 30,
        ("unreachable", "gone", ""): 3,
    }
    counts = state_of(database, 1).counts
    assert Counter(row["state"] for row in rows) == Counter(
        {state: counts.of(state) for state in DELIVERY_STATES if counts.of(state)}
    )
    assert not re.search(r"[78]00\d\d", written)
    assert (COMMAND_LINE, "ledger_written") in audited(database)


def test_two_files_cannot_be_laid_side_by_side(database: Database, clock: Clock) -> None:
    """Whoever of the same people it was that got none: the rows come in the same order."""
    add_people(database, range(12), clock.now, communes=[COMMUNE])
    files = []
    for unlucky in ({"0", "5"}, {"1", "11"}):
        number = re.findall(r"^campaign +(\d+):", new(), re.MULTILINE)[0]
        for step, officer in (("test", "1"), ("submit", "1"), ("approve", "2")):
            said("campaign", step, number, "--officer", officer)
        tend(database, handbook(), clock.now)
        deliver(database, handbook(), clock.now, refuse=unlucky)
        said("campaign", "ledger", number, "--out", "l.csv")
        files.append(re.sub(r"2026-10-\d\d", "", Path("l.csv").read_text(encoding="utf-8")))
        clock.move(days=1)
    assert files[0] == files[1]
    assert files[0].count("refused") == 2


def test_small_audiences_are_not_told_and_not_written(database: Database, clock: Clock) -> None:
    add_people(database, range(9), clock.now, communes=[COMMUNE])
    few = handbook().speak("vi").plain("audience.few", few=10)
    new()
    assert few in said("campaign", "preview", "1")
    approve(database, clock.now)
    deliver(database, handbook(), clock.now)
    assert f"{few} of {few}" in re.sub(" +", " ", said("campaign", "list"))
    assert said("campaign", "ledger", "1") == f"recipients {few}: parts of so few are not shown\n"
    assert refused("campaign", "ledger", "1", "--out", "l.csv") == error("campaign.too_few", few=10)
    assert not Path("l.csv").exists()
    assert (COMMAND_LINE, "ledger_written") not in audited(database)


def test_a_commune_is_told_its_own_small_numbers_but_no_file(database: Database, clock: Clock) -> None:
    add_people(database, range(4), clock.now, communes=[COMMUNE])
    (chat,) = add_people(database, ["officer"], clock.now, communes=[COMMUNE], consent_version=None)
    add_officer(database, chat, unit=COMMUNE)
    said("campaign", "new", "--officer", "3", "--title", "t", "--template", "book_day")
    for step in ("test", "submit", "approve"):
        said("campaign", step, "1", "--officer", "3")
    tend(database, handbook(), clock.now)
    assert "4  in all; the audience is 4" in said("campaign", "ledger", "1")
    refused("campaign", "ledger", "1", "--out", "l.csv")


# ---- templates, the calendar, help ---------------------------------------------------------------------------


def test_templates_are_listed_in_the_language_asked_for(database: Database) -> None:
    listed = said("campaign", "templates")
    assert "book_day: Ngày Sách, 21/4  for not_started, half_way  [open]\n    📚 Hôm nay" in listed
    assert "ask_theme" not in listed
    english = said("campaign", "templates", "--language", "en")
    assert "Hôm nay" not in english
    assert set(re.findall(r"^(\w+):", listed, re.MULTILINE)) == set(re.findall(r"^(\w+):", english, re.MULTILINE))


def test_the_calendar_shows_what_comes_and_what_is_not_known(database: Database, clock: Clock) -> None:
    shown = said("calendar", "show", "--days", "12").splitlines()
    assert [line[:16] for line in shown] == [
        "2026-10-02 07:30",
        "2026-10-06 07:30",
        "2026-10-10 07:30",
        "theme 2026: not ",
    ]
    clock.now = datetime(2027, 8, 30, tzinfo=UTC)
    assert re.search(r"2027-09-01 08:00 .* → staff: campaigns\n", said("calendar", "show"))
    assert "theme 2027: not known yet" in said("calendar", "show")
    kept = said("calendar", "theme", "2027", "Đọc  mỗi ngày", "--officer", "1", "--language", "en")
    assert "2027" in kept
    shown_again = said("calendar", "show")
    assert "theme 2027: Đọc  mỗi ngày" in shown_again
    assert re.search(r"2027-09-01 08:00 .* → staff: campaigns  \(left out: the theme is known\)\n", shown_again)
    assert "“Đọc  mỗi ngày”" in said("campaign", "templates")
    clock.now = datetime(2026, 11, 1, tzinfo=UTC)
    assert "“Đọc  mỗi ngày”" not in said("campaign", "templates"), "of this year it is still not known"
    assert audited(database)[-1] == ("staff 1 by command line", "theme_set")


def test_with_nothing_near_the_calendar_shows_the_next_thing(database: Database, clock: Clock) -> None:
    clock.now += timedelta(days=120)
    assert said("calendar", "show", "--days", "3").startswith("2027-04-21 07:30  Ngày Sách, 21/4 (Ngày Sách")


def test_a_theme_has_words_and_an_officer(database: Database) -> None:
    for words in (" ", "x" * 161):
        assert refused("calendar", "theme", "2026", words, "--officer", "1") == error("theme.length", most=160)
    assert "no officer" in refused("calendar", "theme", "2026", "x", "--officer", "9")
    assert "Invalid value for 'YEAR'" in not_understood("calendar", "theme", "26", "x", "--officer", "1")


def test_an_officer_is_invited_and_a_wrong_role_is_named() -> None:
    assert "/start inv_" in said("staff", "invite", "--role", "campaigns")
    assert "campaigns  province  invited" in said("staff", "list")
    assert "'king' is not one of 'statistics', 'campaigns'" in not_understood("staff", "invite", "--role", "king")


@pytest.mark.parametrize("group", ["campaign", "calendar"])
def test_every_command_and_option_says_what_it_does(group: str) -> None:
    commands = main.commands[group].commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        assert command.help, name
        for parameter in command.params:
            assert parameter.param_type_name == "argument" or parameter.help, (name, parameter.name)
        assert said(group, name, "--help")


def test_a_message_that_would_be_late_is_refused(database: Database) -> None:
    begun = ("campaign", "new", "--officer", "1", "--title", "t", "--template", "book_day")
    times = ("--at", "2026-10-03 08:00", "--expires", "2026-10-02 08:00")
    assert refused(*begun, *times) == error("campaign.expired")
    assert said("campaign", "list") == ""
