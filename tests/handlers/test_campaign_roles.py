"""What each command answers to each role; nobody reaches a campaign that is not theirs. On both databases."""

from dataclasses import dataclass
from functools import partial

import pytest

from engine.campaigns.life import Campaign
from engine.conversation.scene import OF_OFFICERS
from engine.conversation.turn import ACTS, COMMANDS
from engine.disclosure.released import PROVINCE
from engine.messages import Button, Screen
from engine.state import Role
from handlers.staff import dismiss
from storage.database import Database
from tests.campaigns import run, state_of
from tests.chats import Clock, DatabaseChat, handbook, type_all
from tests.counting import invite_somebody, keys

COMMUNE, OTHER_COMMUNE = "03667", "03646"


@dataclass(frozen=True)
class Member:
    """Somebody who has agreed and stands at the choice of form; with a role, they are staff besides."""

    role: Role | None
    unit: str = ""

    @property
    def is_officer(self) -> bool:
        return self.role == "campaigns"


CITIZEN = Member(None)
OFFICER = Member("campaigns", PROVINCE)
OF_COMMUNE = Member("campaigns", COMMUNE)
OF_OTHER_COMMUNE = Member("campaigns", OTHER_COMMUNE)
MEMBERS = [
    CITIZEN,
    Member("statistics", PROVINCE),
    Member("statistics", COMMUNE),
    OFFICER,
    OF_COMMUNE,
]
OF_STAFF = {"statistics", "console"}
OF_OFFICER = {"campaign", "theme"}

FROM_NOTICES = ["campaign", "approve", "return"]


def come(database: Database, member: Member, name: str = "") -> DatabaseChat:
    chat = DatabaseChat("", name or f"{member.role} {member.unit}", keys(), database)
    type_all(chat, "/start c03667", "bat dau", "dong y")
    if member.role:
        token = "".join(letter for letter in f"{chat.address}12345678" if letter.isalnum())
        invite_somebody(database, handbook(), member.unit, token, Clock().now, member.role)
        chat.type(f"/start inv_{token}")
        chat.type("/start")
    return chat


def is_unknown(screen: Screen) -> bool:
    return str(handbook().speak("vi")("command_unknown")) in screen.html


def is_known_to(member: Member, command: str) -> bool:
    if command in OF_OFFICER:
        return member.is_officer
    return command not in OF_STAFF or member.role is not None


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_what_each_command_answers(database: Database, member: Member) -> None:
    chat, citizen = come(database, member), come(database, CITIZEN, "somebody else")
    for command in COMMANDS:
        if command == "erase":
            continue
        *_, screen = chat.type(f"/{command}")
        assert is_unknown(screen) != is_known_to(member, command), command
        if command in ("campaign", "statistics") and is_known_to(member, command):
            assert screen.id == {"campaign": "campaigns", "statistics": "statistics"}[command]
        elif command not in OF_STAFF | OF_OFFICER:
            assert screen.id == citizen.type(f"/{command}")[-1].id
        type_all(chat, "/start")


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_the_help_leads_only_officers_to_campaigns(database: Database, member: Member) -> None:
    [screen] = come(database, member).type("/help")
    assert ("campaigns" in [button.action for button in screen.flat_buttons]) == member.is_officer


def draft_of(database: Database, officer: Member) -> tuple[DatabaseChat, Campaign]:
    """A campaign that this officer has written and tested."""
    chat = come(database, officer)
    type_all(chat, "/campaign", "viet tin moi", "viet tin cua minh", "Chào bà con.", "gui thu cho toi")
    number = int(next(each.action for each in flat(chat) if each.action.startswith("campaign_submit:"))[16:])
    return chat, state_of(database, number)


def flat(chat: DatabaseChat) -> list[Button]:
    return chat.look()[-1].flat_buttons


@pytest.mark.parametrize("owner", [OFFICER, OF_OTHER_COMMUNE], ids=str)
@pytest.mark.parametrize(
    "member", [CITIZEN, Member("statistics", PROVINCE), Member("statistics", COMMUNE), OF_COMMUNE], ids=str
)
def test_a_campaign_of_others_is_out_of_reach(database: Database, owner: Member, member: Member) -> None:
    chat, campaign = draft_of(database, owner)
    chat.press(f"campaign_submit:{campaign.id}")
    stranger, before = come(database, member), state_of(database, campaign.id)
    if member.is_officer:
        stranger.type("/campaign")
    shown = stranger.look()[-1]
    forged = [f"{verb}:{campaign.id}" for verb in ACTS if verb.startswith(("campaign", "audience"))]
    for action in [*forged, *(f"message:{name}:{campaign.id}" for name in FROM_NOTICES)]:
        [screen] = stranger.press(action)
        assert screen.id == shown.id
        assert campaign.title not in screen.html
        assert [button.action for button in screen.flat_buttons] == [each.action for each in shown.flat_buttons]
    assert state_of(database, campaign.id) == before


def test_an_officer_of_the_province_sees_those_of_communes(database: Database) -> None:
    _, campaign = draft_of(database, OF_COMMUNE)
    [screen] = come(database, OFFICER).press(f"message:campaign:{campaign.id}")
    assert screen.id == "one_campaign"
    assert "Chào bà con." in screen.html


def test_what_an_officer_of_a_commune_writes_stays_there_whoever_changes_it(database: Database) -> None:
    _, campaign = draft_of(database, OF_COMMUNE)
    officer = come(database, OFFICER)
    officer.press(f"message:campaign:{campaign.id}")
    officer.press(f"campaign_audience:{campaign.id}")
    assert "audience_communes" not in {each.action.partition(":")[0] for each in flat(officer)}
    officer.press(f"audience_reminders:{campaign.id}:on")
    assert state_of(database, campaign.id).audience.communes == (COMMUNE,)


@pytest.mark.parametrize("name", FROM_NOTICES)
@pytest.mark.parametrize("about", ["", "x", "-1", "0", "99", "9" * 30, "1:2:3", "²"])
def test_a_forged_button_under_a_notice_does_nothing(database: Database, name: str, about: str) -> None:
    officer = come(database, OFFICER)
    before = officer.look()[-1]
    [screen] = officer.press(f"message:{name}:{about}")
    assert screen.id == before.id


def test_who_is_dismissed_is_sent_home(database: Database) -> None:
    chat, campaign = draft_of(database, OFFICER)
    assert chat.look()[-1].id in OF_OFFICERS
    run(database, partial(dismiss, member=1, now=chat.clock.now))
    assert chat.look()[-1].id == "form"
    assert chat.press(f"campaign_submit:{campaign.id}")[-1].id == "form"
    assert state_of(database, campaign.id).state == "draft"
