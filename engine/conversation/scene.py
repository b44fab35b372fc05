"""The scene of one turn: all that a screen or an act may look at. Changing it makes a new one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from markupsafe import Markup

from engine.communes import Commune
from engine.conversation.desk import Desk
from engine.handbook import Handbook
from engine.messages import Attachment, Button, ButtonKind, Screen
from engine.questionnaire import Question, Questionnaire
from engine.scoring import Outcome
from engine.state import Account, Place, Session, State, round_of
from engine.texts import Texts

Act = Callable[["Scene", tuple[str, ...]], "Scene"]
"""What a press does; it gets the parts of the action behind its name."""
Draw = Callable[["Scene"], Screen]
"""How a place looks."""
Read = Callable[["Scene", str], "Scene | None"]
"""What typed words mean at a place; None if they mean nothing there."""


NOTHING = Markup()

_Thing = TypeVar("_Thing")


def needed(thing: _Thing | None) -> _Thing:
    """What must be there at this place (`Scene.may_be_at` has seen to it); LookupError if it is not."""
    if thing is None:
        raise LookupError("a screen was drawn that lacks what it shows")
    return thing


@dataclass(frozen=True, slots=True)
class Scene:
    """State, handbook, language and moment together. `note` is said above the next screen.

    An officer has a `desk`: it looks up campaigns, and carries out what is decided about them. `above` are screens
    that stand above the next one. `typed_html` is what was typed as it would be sent to others, `picture` what came
    with it.
    """

    handbook: Handbook
    state: State
    say: Texts
    now: datetime
    note: Markup = NOTHING
    events: tuple[str, ...] = ()
    is_erased: bool = False
    desk: Desk | None = None
    above: tuple[Screen, ...] = ()
    typed_html: str = ""
    picture: bytes | None = None

    @property
    def account(self) -> Account:
        """The account as it is now."""
        return self.state.account

    @property
    def place(self) -> Place:
        """Where the conversation stands."""
        return self.account.place

    @property
    def commune(self) -> Commune | None:
        """The commune that was chosen, if it still exists."""
        return self.handbook.province.by_code.get(self.account.commune or "")

    @property
    def open_session(self) -> Session | None:
        """The open assessment of the person whom the chat is about."""
        return self.state.sessions.get((self.account.person, False))

    @property
    def finished_session(self) -> Session | None:
        """Their finished one, if it is of this round."""
        return self.finished_session_of(self.account.person)

    @property
    def is_counted(self) -> bool:
        """Whether the person has finished in this round, and the assessment itself is gone: it is counted."""
        has_finished = self.account.has_finished(self.account.person, round_of(self.now))
        return has_finished and self.finished_session is None

    def finished_session_of(self, person: int) -> Session | None:
        """A person's finished assessment of this round."""
        session = self.state.sessions.get((person, True))
        return session if session and session.round == round_of(self.now) else None

    @property
    def session(self) -> Session:
        """The open assessment, where there must be one."""
        return needed(self.open_session)

    @property
    def questionnaire(self) -> Questionnaire:
        """The form of the open assessment, in the version it began with."""
        return self._form_of(self.session)

    @property
    def question(self) -> Question:
        """The question at which the open assessment stands."""
        session = self.session
        return self._form_of(session).by_id[session.position]

    def _form_of(self, session: Session) -> Questionnaire:
        return needed(self.handbook.questionnaire(session.form, session.version))

    def outcome(self, session: Session) -> Outcome:
        """A finished assessment under the rule of the commune that is chosen now."""
        return Outcome(self.handbook.criteria, needed(session.scores), needed(self.commune).pass_mark)

    def person_name(self, person: int) -> str:
        """How a person is called on screens: we know no names."""
        return self.say.plain("person.other", number=person) if person else self.say.plain("person.self")

    def with_account(self, **changes: object) -> "Scene":
        """The scene with fields of the account changed."""
        return replace(self, state=replace(self.state, account=replace(self.account, **changes)))  # type: ignore[arg-type]

    def with_session(self, session: Session) -> "Scene":
        """The scene with this session added or changed."""
        return replace(self, state=self.state.with_session(session))

    def without_session(self, person: int, *, finished: bool) -> "Scene":
        """The scene without that session."""
        return replace(self, state=self.state.without_session(person, finished=finished))

    def noting(self, note: Markup) -> "Scene":
        """The scene with something to say above the next screen."""
        return replace(self, note=note)

    def telling(self, event: str) -> "Scene":
        """The scene with one more thing that has happened: noun, then past verb."""
        return replace(self, events=(*self.events, event))

    def go(self, name: str, *about: str) -> "Scene":
        """To another place."""
        place = Place(name, about)
        return self if place == self.place else self.with_account(place=place)

    def step_aside(self, name: str) -> "Scene":
        """To a place that one comes back from (`step_back`): help, language, my data, …"""
        here = self.place
        origin = here.about if here.name in ASIDES else (here.name, *here.about)
        return self.go(name, *origin)

    def step_back(self) -> "Scene":
        """Back to where `step_aside` was called, or home where that no longer makes sense."""
        name, *about = self.place.about
        return self.go(name, *about) if self.may_be_at(name) else self.go_home()

    def may_be_at(self, name: str) -> bool:
        """Whether what the screen of a place shows is there to be shown."""
        if name in OF_OPEN_SESSION and self.open_session is None:
            return False
        if name in OF_RESULT and self.finished_session is None:
            return False
        if name in OF_STAFF and self.state.staff is None:
            return False
        if name in OF_OFFICERS and self.desk is None:
            return False
        if name == "counted" and not self.is_counted:
            return False
        needs_start = name in OF_OPEN_SESSION | OF_RESULT | AFTER_START
        return not needs_start or (self.account.has_consented and self.commune is not None)

    def go_home(self) -> "Scene":
        """To the place that comes next for this person: the first thing that is still missing."""
        if not self.account.has_consented:
            return self.go("greeting", *(self.place.about if self.place.name in BEFORE_CONSENT else ()))
        if self.commune is None:
            return self.go("commune")
        if self.open_session:
            return self.go_on()
        if self.finished_session:
            return self.go("result")
        return self.go("counted" if self.is_counted else "form")

    def go_on(self) -> "Scene":
        """To the next step of the open assessment."""
        session = self.session
        if self._form_of(session).first_unanswered(session.answers):
            return self.go("question")
        if session.sex is None:
            return self.go("sex")
        if session.age is None:
            return self.go("age")
        return self.go("review")

    def screen(
        self,
        html: Markup,
        *rows: tuple[Button, ...],
        picture: Attachment | None = None,
        document: Attachment | None = None,
        voice: Attachment | None = None,
        progress: tuple[int, int] | None = None,
        reads_numbers: bool = True,
    ) -> Screen:
        """The screen of the present place."""
        return Screen(
            id=self.place.name,
            language=self.say.language,
            html=html,
            buttons=tuple(row for row in rows if row),
            picture=picture,
            document=document,
            voice=voice,
            progress=progress,
            reads_numbers=reads_numbers,
        )

    def button(self, key: str, action: str, kind: ButtonKind = "quiet") -> Button:
        """A button with a label from the catalogue."""
        return label_button(self.say, key, action, kind)


def label_button(say: Texts, key: str, action: str, kind: ButtonKind = "quiet") -> Button:
    """A button with a label from the catalogue of a language."""
    return Button(say.plain(key), action, kind)


ASIDES = frozenset(
    {
        "about",
        "help",
        "language",
        "my_data",
        "erase",
        "stopped",
        "reminded",
        "reminders",
        "my_commune",
        "statistics",
    }
)
"""Places that keep in `about` where one came from."""

BEFORE_CONSENT = frozenset({"greeting", "consent"})
"""Places whose `about` is the commune of the link that was followed."""

OF_OPEN_SESSION = frozenset({"question", "sex", "age", "review", "paused", "resume", "restart"})
"""Places that need an open assessment."""

OF_RESULT = frozenset({"result", "details", "advice", "print"})
"""Places that need a finished assessment of this round."""

AFTER_START = frozenset({"form", "family", "counted", "my_commune"})
"""Places that need consent and a commune."""

OF_STAFF = frozenset({"statistics", "statistics_file"})
"""Places that only staff may be at; what they may see there, their unit decides."""

OF_CAMPAIGN = frozenset(
    {
        "one_campaign",
        "campaign_sure",
        "campaign_text",
        "campaign_buttons",
        "campaign_link",
        "campaign_time",
        "campaign_audience",
        "campaign_condition",
        "campaign_communes",
    }
)
"""Places about one campaign: its number comes first in `about`."""

OF_OFFICERS = OF_CAMPAIGN | {"campaigns", "campaign_new", "campaign_own"}
"""Places that only officers may be at; which campaigns are theirs, their desk knows."""
