"""Writes one recipient's copy of a campaign: their language, their commune, the question where they stopped."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from engine.campaigns.audience import progress_of
from engine.campaigns.life import Campaign
from engine.campaigns.message import Message, MessageButton, fill
from engine.handbook import Handbook
from engine.messages import Attachment, Button, Screen
from engine.state import Account, Addressee, Session, day_of, round_of
from engine.texts import Texts

PREVIEW_QUESTION, PREVIEW_QUESTIONS = 6, 20
"""What a preview says in the place of the question where somebody stopped."""

_LABELS = {"open": "campaign.open", "continue": "campaign.continue", "my_commune": "campaign.my_commune"}


class NoLongerTrue(Exception):
    """What the message says does not hold for this person any more: they have begun or finished meanwhile."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What all copies in one language have in common. `more` are the screens after the first one."""

    say: Texts
    text: str
    facts: dict[str, str]
    buttons: tuple[tuple[Button, ...], ...]
    picture: Attachment | None
    document: Attachment | None
    more: tuple[Screen, ...]


class Writer:
    """Writes the copies of one campaign at one moment: what is alike in many of them is made once."""

    def __init__(self, handbook: Handbook, campaign: Campaign, now: datetime) -> None:
        self._handbook = handbook
        self._campaign = campaign
        self._now = now
        # What an officer approved goes to everybody for whom it was approved; the calendar looks once more.
        is_of_calendar = campaign.kind in ("observance", "reminder")
        self._meant_for = campaign.audience.progress if is_of_calendar else ()
        self._names_commune = "commune" in campaign.message.placeholders
        self._needs_open_session = campaign.message.needs_open_session
        self._letters: dict[str | None, _Letter] = {}
        self._copies: dict[tuple[str | None, ...], tuple[Screen, ...]] = {}

    def copy(self, account: Account | Addressee, session: Session | None) -> tuple[Screen, ...]:
        """The screens of one copy. `session` is what is open. NoLongerTrue if it must not be sent any more."""
        if self._meant_for and progress_of(account, session, self._now) not in self._meant_for:
            raise NoLongerTrue
        of_session = _facts_of_session(self._handbook, session) if self._needs_open_session else {}
        commune = account.commune if self._names_commune else None
        alike = (account.language, commune, *of_session.values())
        if alike not in self._copies:
            self._copies[alike] = self._write(account.language, commune, of_session)
        return self._copies[alike]

    def _write(self, language: str | None, commune: str | None, of_session: dict[str, str]) -> tuple[Screen, ...]:
        if language not in self._letters:
            self._letters[language] = self._letter(language)
        letter = self._letters[language]
        facts = letter.facts | _facts_of_place(self._handbook, letter.say, commune) | of_session
        first = Screen(
            id="campaign",
            language=letter.say.language,
            html=Markup(fill(letter.text, facts)),  # noqa: S704 -- cleaned when written, and the facts are escaped
            buttons=letter.buttons,
            picture=letter.picture,
            document=letter.document,
            replaces=False,
            reads_numbers=False,
        )
        return first, *letter.more

    def _letter(self, language: str | None) -> _Letter:
        handbook, message = self._handbook, self._campaign.message
        spoken, text = message.text(handbook.speak(language).language, handbook.first_language)
        say = handbook.speak(spoken)
        more = [
            Screen("campaign_file", spoken, Markup(), document=_document(message, place, say), replaces=False)
            for place in range(1, len(message.documents))
        ]
        return _Letter(
            say,
            text,
            _facts_of_time(self._campaign, self._now),
            tuple((each,) for each in _buttons(self._campaign, say)),
            _picture(message, say),
            _document(message, 0, say),
            tuple(more),
        )


def write_preview(
    handbook: Handbook, campaign: Campaign, language: str, commune: str | None, now: datetime
) -> Screen:
    """The copy of somebody who speaks this language, with made-up places where they would differ."""
    known = {"question": str(PREVIEW_QUESTION), "questions": str(PREVIEW_QUESTIONS)}
    spoken, text = campaign.message.text(language, handbook.first_language)
    say = handbook.speak(spoken)
    facts = _facts_of_time(campaign, now) | _facts_of_place(handbook, say, commune) | known
    return Screen(
        id="campaign",
        language=spoken,
        html=Markup(fill(text, facts)),  # noqa: S704 -- cleaned when it was written
        buttons=tuple((each,) for each in _buttons(campaign, say)),
        picture=_picture(campaign.message, say),
        replaces=False,
        reads_numbers=False,
    )


def _facts_of_time(campaign: Campaign, now: datetime) -> dict[str, str]:
    ends_on = day_of(campaign.expires_at or now)
    return {"days_left": str(max(0, (ends_on - day_of(now)).days)), "year": str(round_of(now))}


def _facts_of_place(handbook: Handbook, say: Texts, code: str | None) -> dict[str, str]:
    commune = handbook.province.by_code.get(code or "")
    return {"commune": str(escape(commune.name if commune else say.plain("campaign.your_commune")))}


def _facts_of_session(handbook: Handbook, session: Session | None) -> dict[str, str]:
    questionnaire = session and handbook.questionnaire(session.form, session.version)
    if not session or not questionnaire:
        raise NoLongerTrue
    counted = [each.id for each in questionnaire.counted(session.answers)]
    place = counted.index(session.position) + 1 if session.position in counted else len(counted)
    return {"question": str(place), "questions": str(len(counted))}


def _buttons(campaign: Campaign, say: Texts) -> list[Button]:
    buttons = [_button(each, say) for each in campaign.message.buttons]
    if campaign.message.approval is not None:
        number = campaign.message.approval
        return [
            Button(say.plain("campaign.approve"), f"message:approve:{number}", "main"),
            Button(say.plain("campaign.return"), f"message:return:{number}"),
            *buttons,
        ]
    if campaign.kind == "notice":
        return buttons
    return [*buttons, Button(say.plain("campaign.stop"), "message:stop")]


def button_label(button: MessageButton, say: Texts) -> str:
    """What stands on a button of a message."""
    return button.label if button.kind == "link" else say.plain(_LABELS[button.kind])


def _button(button: MessageButton, say: Texts) -> Button:
    if button.kind == "link":
        return Button(button.label, "", "main", url=button.url)
    return Button(button_label(button, say), f"message:{button.kind}", "main")


def _picture(message: Message, say: Texts) -> Attachment | None:
    if message.picture is None:
        return None
    return Attachment("campaign_picture", message.picture, say.plain("campaign.picture"))


def _document(message: Message, place: int, say: Texts) -> Attachment | None:
    if place >= len(message.documents):
        return None
    return Attachment(message.documents[place], 0, say.plain("campaign.document"))
