"""Who may see what: a link works once and for a day; a commune sees itself, a stranger nothing; all is audited."""

import json
from datetime import timedelta
from functools import partial

import pytest

from engine.disclosure.released import PROVINCE
from engine.errors import NotFound, SettingsProblem
from engine.messages import AttachmentKind
from engine.state import Staff
from handlers.download_statistics import KINDS, download_from_chat, find_release
from handlers.staff import access, dismiss, invite
from storage.staff import load_audit, load_staff
from tests.chats import handbook, type_all
from tests.counting import UNIT, invite_somebody, publish_made_up
from tests.handlers.village import Village

pytestmark = pytest.mark.slow  # makes files of whole releases

TOKEN = "a-token-that-nobody-guesses"


def come(village: Village, name: str, unit: str = UNIT, token: str = TOKEN) -> str:
    """Invited and come; the screen they land on."""
    invite_somebody(village.database, handbook(), unit, token, village.clock.now)
    return village.person(name).type(f"/start inv_{token}")[-1].id


def file_of(village: Village, name: str, kind: AttachmentKind = "statistics_json") -> bytes:
    work = partial(
        download_from_chat,
        handbook=handbook(),
        channel="test",
        address=name,
        kind=kind,
        now=village.clock.now,
    )
    return village.run(work).content


def audited(village: Village) -> list[tuple[str, str]]:
    return [(line.who, line.action) for line in village.run(partial(load_audit, most=20))]


def test_a_link_works_once(village: Village) -> None:
    assert come(village, "officer") == "statistics"
    assert village.person("somebody else").type(f"/start inv_{TOKEN}")[-1].id == "greeting"
    assert [member.has_come for member in village.run(load_staff)] == [True]
    assert audited(village) == [("staff 1", "staff_came"), ("command line", "staff_invited")]


def test_a_link_works_for_a_day(village: Village) -> None:
    invite_somebody(village.database, handbook(), UNIT, TOKEN, village.clock.now)
    village.clock.now += timedelta(hours=24, seconds=1)
    assert village.person("late").type(f"/start inv_{TOKEN}")[-1].id == "greeting"


def test_the_link_itself_is_kept_nowhere(village: Village) -> None:
    invite_somebody(village.database, handbook(), UNIT, TOKEN, village.clock.now)
    rows = village.run(lambda transaction: transaction.connection.exec_driver_sql("SELECT * FROM staff").all())
    assert TOKEN not in repr(rows)


def test_a_commune_sees_itself_and_the_province(village: Village) -> None:
    publish_made_up(village.database)
    come(village, "officer")
    tables = json.loads(file_of(village, "officer"))["tables"]
    assert [table["id"] for table in tables] == ["T0", "T1"]
    assert [row["key"] for row in tables[1]["rows"]] == [{"commune": UNIT}]


def test_the_province_sees_all(village: Village) -> None:
    publish_made_up(village.database)
    come(village, "officer", PROVINCE)
    assert len(json.loads(file_of(village, "officer"))["tables"][1]["rows"]) == 76


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_stranger_gets_no_file(village: Village, kind: AttachmentKind) -> None:
    publish_made_up(village.database)
    village.finish("citizen")
    for name in ("citizen", "nobody at all"):
        with pytest.raises(NotFound):
            file_of(village, name, kind)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_download_is_audited_and_gives_the_same_bytes(village: Village, kind: AttachmentKind) -> None:
    publish_made_up(village.database)
    come(village, "officer")
    assert file_of(village, "officer", kind) == file_of(village, "officer", kind)
    assert audited(village)[:2] == [("staff 1", "file_downloaded")] * 2


def test_before_the_first_release_there_is_no_file(village: Village) -> None:
    come(village, "officer")
    with pytest.raises(NotFound):
        file_of(village, "officer")
    with pytest.raises(NotFound, match="round 2026 has no release"):
        village.run(partial(find_release, year=2026, number=None))


def test_who_is_dismissed_sees_nothing_from_that_moment(village: Village) -> None:
    publish_made_up(village.database)
    come(village, "officer")
    village.run(partial(dismiss, member=1, now=village.clock.now))
    with pytest.raises(NotFound):
        file_of(village, "officer")
    assert village.person("officer").type("/statistics")[-1].id != "statistics"
    with pytest.raises(NotFound, match="no member of staff 1"):
        village.run(partial(dismiss, member=1, now=village.clock.now))


def test_staff_who_erase_their_chat_are_no_staff_there_any_more(village: Village) -> None:
    come(village, "officer")
    type_all(village.person("officer"), "/erase", "xoa het")
    assert village.person("officer").type("/statistics")[-1].id == "greeting"
    assert [(member.has_come, member.has_chat) for member in village.run(load_staff)] == [(True, False)]


def test_a_second_invitation_takes_the_place_of_the_first(village: Village) -> None:
    come(village, "officer")
    come(village, "officer", PROVINCE, "another-token")
    assert [(member.unit, member.has_come) for member in village.run(load_staff)] == [(PROVINCE, True)]


def test_there_must_be_such_a_role_and_such_a_unit(village: Village) -> None:
    for role, unit, why in (("boss", PROVINCE, "no role boss"), ("statistics", "99999", "no unit 99999")):
        work = partial(invite, handbook=handbook(), role=role, unit=unit, token=TOKEN, now=village.clock.now)
        with pytest.raises(SettingsProblem, match=why):
            village.run(work)


def test_only_staff_have_access() -> None:
    assert access(Staff("statistics", UNIT, 7), "statistics").unit == UNIT
    with pytest.raises(NotFound):
        access(None, "statistics")
