"""What is remembered about a chat and the assessments in it. The tables in `storage` hold just this."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from engine.questionnaire import Answer
from engine.scoring import Scores

MOST_PEOPLE = 8
"""A family shares a phone: one account may assess this many people; 0 is the account's own person."""

CONSENT_VERSION = "2026.3"
"""The consent notice in the catalogues. Raise it when what it says changes: everyone is asked again."""

HOME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Sex = Literal["female", "male", "undisclosed"]
AgeBand = Literal["15-17", "18-29", "30-44", "45-59", "60+", "undisclosed"]
Reminders = Literal["not_asked", "wanted", "stopped"]
"""`stopped` ends campaigns, too."""
ReminderKind = Literal["unfinished", "observances", "new_round"]
"""What somebody can be reminded of: an assessment that is not finished, the days of learning, a new round."""
ReminderSlot = Literal["morning", "noon", "evening"]
"""When in the day somebody wants to be reminded."""
Unreachable = Literal["blocked", "deactivated", "gone"]
"""Why no message reaches a chat: the person shut us out, has no account there any more, or the chat is no more."""

REMINDER_KINDS: tuple[ReminderKind, ...] = ("unfinished", "observances", "new_round")
REMINDER_SLOTS: tuple[ReminderSlot, ...] = ("morning", "noon", "evening")
SEXES: tuple[Sex, ...] = ("female", "male", "undisclosed")
AGE_BANDS: tuple[AgeBand, ...] = ("15-17", "18-29", "30-44", "45-59", "60+", "undisclosed")


UPDATES_RISE_FOR = timedelta(days=3)
"""How long after the last update of a chat a smaller number still means "too late".

Telegram keeps what it could not deliver for 24 hours, and may begin at any number after a week without updates:
https://core.telegram.org/bots/api#getting-updates.
"""


def round_of(now: datetime) -> int:
    """The round that a moment belongs to: the year at home."""
    return day_of(now).year


def day_of(now: datetime) -> date:
    """The day that a moment belongs to, at home."""
    return now.astimezone(HOME_ZONE).date()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the conversation someone stands: the screen's name and what it is about."""

    name: str
    about: tuple[str, ...] = ()

    @classmethod
    def parse(cls, written: str) -> "Place":
        """Back from `str(place)`."""
        name, *about = written.split(":")
        return cls(name, tuple(about))

    def __str__(self) -> str:
        return ":".join((self.name, *self.about))


@dataclass(frozen=True, slots=True)
class Session:
    """One person's assessment, open or finished.

    `position` is the question to go on with (meaningless once all are answered). `scores` are kept at the
    finish, so that a result outlives the version of the form that made it.
    """

    person: int
    form: str
    version: str
    round: int
    started_at: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict)
    position: str = ""
    sex: Sex | None = None
    age: AgeBand | None = None
    finished_at: datetime | None = None
    scores: Scores | None = None
    reminded: int = 0
    """How often its person was reminded that it is not finished."""

    @property
    def is_finished(self) -> bool:
        """Whether the person has asked for the result."""
        return self.finished_at is not None

    @property
    def key(self) -> tuple[int, bool]:
        """A person has at most one open and one finished session: (person, finished)."""
        return self.person, self.is_finished


@dataclass(frozen=True, slots=True)
class Account:
    """A chat on a channel. Before consent there is nothing in it but where the chat stands.

    `turn` counts the turns of this chat. `person` is whom the chat is about at the moment. `last_update` is the
    number of the last thing that the messenger delivered; `seen_on` the day, at home, of the last turn.
    `finished_people` has a bit for each person who finished an assessment in `last_round`: the assessments
    themselves are gone once they are counted. `flood_round` is the round in which the account was made, if it came
    in a flood of new ones.
    """

    channel: str
    address: str
    id: int | None = None
    turn: int = 0
    place: Place = Place("greeting")
    language: str | None = None
    commune: str | None = None
    consent_version: str | None = None
    consented_at: datetime | None = None
    reminders: Reminders = "not_asked"
    reminder_kinds: tuple[ReminderKind, ...] = REMINDER_KINDS
    reminder_slot: ReminderSlot = "morning"
    person: int = 0
    last_round: int | None = None
    finished_people: int = 0
    last_update: int | None = None
    seen_on: date | None = None
    unreachable: Unreachable | None = None
    flood_round: int | None = None

    @property
    def has_consented(self) -> bool:
        """Whether the notice in force was agreed to."""
        return self.consent_version == CONSENT_VERSION

    @property
    def who_finished(self) -> list[int]:
        """The people who finished an assessment in `last_round`."""
        return [person for person in range(MOST_PEOPLE) if self.finished_people >> person & 1]

    def has_finished(self, person: int, round_: int) -> bool:
        """Whether this person has finished an assessment of the round, counted since or not."""
        return _has_finished(self, person, round_)

    def finishing(self, person: int, round_: int) -> "Account":
        """The account after this person has finished."""
        before = self.finished_people if self.last_round == round_ else 0
        return replace(self, last_round=round_, finished_people=before | 1 << person)

    def bare(self) -> "Account":
        """Nothing but the fact that the chat exists."""
        return Account(
            self.channel,
            self.address,
            id=self.id,
            turn=self.turn,
            last_update=self.last_update,
            seen_on=self.seen_on,
            flood_round=self.flood_round,
        )

    def is_too_late(self, update: int, today: date) -> bool:
        """Whether something later than this update was handled already."""
        if self.last_update is None or self.seen_on is None:
            return False
        return update < self.last_update and today - self.seen_on < UPDATES_RISE_FOR


class Addressee(NamedTuple):
    """What of an account matters to a message that goes to it: a sender makes tens of thousands of these."""

    id: int
    channel: str
    address: str
    language: str | None
    commune: str | None
    consent_version: str | None
    reminders: Reminders
    reminder_slot: ReminderSlot
    person: int
    last_round: int | None
    finished_people: int
    unreachable: Unreachable | None

    def has_finished(self, person: int, round_: int) -> bool:
        """See `Account`."""
        return _has_finished(self, person, round_)


def _has_finished(each: Account | Addressee, person: int, round_: int) -> bool:
    return each.last_round == round_ and bool(each.finished_people >> person & 1)


Role = Literal["statistics", "campaigns", "administrator"]
"""What a member of staff may do: `statistics` downloads the counts of their unit; `campaigns`, an officer of the
association, writes to the citizens of their unit and approves what others write, and sees the counts as well;
`administrator`, of the province only, decides who is staff, and what is asked and set.
"""
ROLES: tuple[Role, ...] = ("statistics", "campaigns", "administrator")


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. `unit` is `province` or the code of a commune."""

    role: Role
    unit: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """An account and all its sessions; and the member of staff it belongs to, if it does.

    `has_messages`: some may wait for its next visit, or have been shown there a while ago.
    """

    account: Account
    sessions: Mapping[tuple[int, bool], Session] = field(default_factory=dict)
    staff: Staff | None = None
    has_messages: bool = False

    def with_session(self, session: Session) -> "State":
        """The state with this session added, or in place of the one before it."""
        return replace(self, sessions={**self.sessions, session.key: session})

    def without_session(self, person: int, *, finished: bool) -> "State":
        """The state without that session."""
        kept = {key: session for key, session in self.sessions.items() if key != (person, finished)}
        return replace(self, sessions=kept)
