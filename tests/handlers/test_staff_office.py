"""Staff looked after by administrators: what they may do, what they may not, and the last one who must stay."""

import threading
from datetime import timedelta
from functools import partial

import pytest

from engine.disclosure.released import PROVINCE
from engine.errors import HoctapError, NotFound, SettingRefused
from engine.state import Role, Staff
from handlers.sign_in import SESSION_LASTS, sign_in
from handlers.staff import INVITATION_LASTS, access
from handlers.staff_office import (
    StaffLine,
    change_member,
    find_line,
    invite_member,
    list_staff,
    make_link,
    remove_member,
    sign_out_member,
)
from storage.staff import load_audit
from tests.chats import handbook
from tests.counting import UNIT
from tests.handlers.village import Village

BY = access(Staff("administrator", PROVINCE, 1), "settings")


def invite(village: Village, role: str, unit: str, token: str) -> None:
    village.run(
        partial(invite_member, handbook=handbook(), by=BY, role=role, unit=unit, token=token, now=village.clock.now)
    )


def come(village: Village, role: Role = "administrator", unit: str = PROVINCE) -> int:
    """Invited and come in a browser: their number."""
    token = f"token{len(lines(village))}"
    invite(village, role, unit, token)
    entered = partial(
        sign_in, typed=f"inv_{token}", token=f"cookie{token}", browser="Firefox", now=village.clock.now
    )
    member = village.run(entered)
    assert member
    return member.id


def lines(village: Village) -> list[StaffLine]:
    return village.run(partial(list_staff, now=village.clock.now))


def change(village: Village, member: int, role: str, unit: str = PROVINCE) -> None:
    village.run(
        partial(
            change_member, handbook=handbook(), by=BY, member=member, role=role, unit=unit, now=village.clock.now
        )
    )


def remove(village: Village, member: int) -> None:
    village.run(partial(remove_member, by=BY, member=member, now=village.clock.now))


def last_audited(village: Village) -> tuple[str, str, str]:
    line = village.run(partial(load_audit, most=1))[0]
    return line.who, line.action, line.about


def test_the_list_says_who_is_there_and_where(village: Village) -> None:
    come(village)
    invite(village, "statistics", UNIT, "not used yet")
    there, invited = lines(village)
    assert (there.member.has_come, there.member.has_chat, there.browsers) == (True, False, 1)
    assert (invited.member.has_come, invited.browsers) == (False, 0)
    assert invited.member.invitation_ends_at == village.clock.now + INVITATION_LASTS
    assert village.run(partial(find_line, member=2, now=village.clock.now)) == invited
    village.clock.now += SESSION_LASTS + timedelta(seconds=1)
    assert lines(village)[0].browsers == 0


@pytest.mark.parametrize(
    ("role", "unit", "key"),
    [
        ("boss", PROVINCE, "console.staff.role_unknown"),
        ("statistics", "99999", "console.staff.unit_unknown"),
        ("administrator", UNIT, "console.staff.of_the_province"),
    ],
)
def test_a_post_that_there_is_not_is_refused(village: Village, role: str, unit: str, key: str) -> None:
    number = come(village)
    for work in (partial(invite, village, role, unit, "t"), partial(change, village, number, role, unit)):
        with pytest.raises(SettingRefused) as refused:
            work()
        assert refused.value.key == key
    assert len(lines(village)) == 1


def test_a_change_names_before_and_after(village: Village) -> None:
    come(village)
    number = come(village, "statistics", UNIT)
    change(village, number, "campaigns")
    assert last_audited(village) == (
        "staff 1",
        "staff_changed",
        f"staff 2: statistics of {UNIT}, now campaigns of province",
    )


def test_an_invitation_may_be_changed_and_taken_back(village: Village) -> None:
    come(village)
    invite(village, "statistics", UNIT, "wrong")
    change(village, 2, "campaigns", UNIT)
    assert lines(village)[1].member.role == "campaigns"
    remove(village, 2)
    entered = partial(sign_in, typed="inv_wrong", token="cookie", browser="?", now=village.clock.now)
    assert village.run(entered) is None


def test_the_last_administrator_who_has_come_stays(village: Village) -> None:
    first = come(village)
    invite(village, "administrator", PROVINCE, "on its way")
    for work in (partial(change, village, first, "campaigns"), partial(remove, village, first)):
        with pytest.raises(SettingRefused, match="last_administrator"):
            work()
    change(village, first, "administrator")  # nothing changes, so nothing is wrong
    second = come(village)
    remove(village, first)
    with pytest.raises(SettingRefused, match="last_administrator"):
        remove(village, second)


def test_two_administrators_who_remove_each_other_at_once_leave_one(village: Village) -> None:
    numbers = [come(village), come(village)]
    begun, errors = threading.Barrier(2), []

    def remove_one(number: int) -> None:
        begun.wait()
        try:
            remove(village, number)
        except HoctapError as error:
            errors.append(error)

    threads = [threading.Thread(target=remove_one, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in errors] == [SettingRefused]
    assert len(lines(village)) == 1


def test_a_link_is_for_somebody_who_has_come_and_has_no_chat(village: Village) -> None:
    number = come(village)
    link = partial(make_link, by=BY, code="abcdefghjkmn", now=village.clock.now)
    village.run(partial(link, member=number))
    assert last_audited(village) == ("staff 1", "sign_in_link_made", "staff 1")
    invite(village, "statistics", UNIT, "not used yet")
    with pytest.raises(NotFound):
        village.run(partial(link, member=2))
    village.person("officer").type("/start inv_not used yet")
    with pytest.raises(SettingRefused, match="has_chat"):
        village.run(partial(link, member=2))


def test_signing_somebody_out_counts_their_browsers(village: Village) -> None:
    number = come(village)
    assert village.run(partial(sign_out_member, by=BY, member=number, now=village.clock.now)) == 1
    assert last_audited(village) == ("staff 1", "signed_out", "staff 1, 1 browsers")
    assert lines(village)[0].browsers == 0


def test_who_is_not_there_is_not_found(village: Village) -> None:
    come(village)
    now = village.clock.now
    for work in (
        partial(find_line, member=9, now=now),
        partial(remove_member, by=BY, member=9, now=now),
        partial(sign_out_member, by=BY, member=9, now=now),
        partial(make_link, by=BY, member=9, code="x", now=now),
        partial(change_member, handbook=handbook(), by=BY, member=9, role="campaigns", unit=PROVINCE, now=now),
    ):
        with pytest.raises(NotFound):
            village.run(work)
