"""Writes one recipient's copy of a campaign: their language, their commune, the question where they stopped."""

from datetime import datetime

from markupsafe import Markup, escape

from engine.campaigns.audience import progress_of
from engine.campaigns.life import Campaign
from engine.campaigns.message import Message, MessageButton, fill
from engine.handbook import Handbook
from engine.messages import Attachment, Button, Screen
from engine.state import Account, Session, day_of, round_of
from engine.texts import Texts

PREVIEW_QUESTION, PREVIEW_QUESTIONS = 6, 20
"""What a preview says in the place of the question where somebody stopped."""

_LABELS = {"open": "campaign.open", "continue": "campaign.continue", "my_commune": "campaign.my_commune"}


class NoLongerTrue(Exception):
    """What the message says does not hold for this person any more: they have begun or finished meanwhile."""


def write_copy(
    handbook: Handbook, campaign: Campaign, account: Account, session: Session | None, now: datetime
) -> tuple[Screen, ...]:
    """The screens of one copy. `session` is what is open. NoLongerTrue if it must not be sent any more."""
    message, meant_for = campaign.message, campaign.audience.progress
    # What an officer approved goes to everybody for whom it was approved; the calendar looks once more.
    if (
        campaign.kind in ("observance", "reminder")
        and meant_for
        and progress_of(account, session, now) not in meant_for
    ):
        raise NoLongerTrue
    language, text = message.text(handbook.speak(account.language).language, handbook.first_language)
    say = handbook.speak(language)
    facts = _facts(handbook, campaign, say, account, now)
    if message.needs_open_session:
        facts |= _facts_of_session(handbook, session)
    html = Markup(fill(text, facts))  # noqa: S704 -- cleaned when it was written, and the facts are escaped
    first = Screen(
        id="campaign",
        language=language,
        html=html,
        buttons=tuple((each,) for each in _buttons(campaign, say)),
        picture=_picture(message, say),
        document=_document(message, 0, say),
        replaces=False,
        reads_numbers=False,
    )
    more = [
        Screen("campaign_file", language, Markup(), document=_document(message, place, say), replaces=False)
        for place in range(1, len(message.documents))
    ]
    return first, *more


def write_preview(
    handbook: Handbook, campaign: Campaign, language: str, commune: str | None, now: datetime
) -> Screen:
    """The copy of somebody who speaks this language, with made-up places where they would differ."""
    account = Account("", "", language=language, commune=commune)
    known = {"question": str(PREVIEW_QUESTION), "questions": str(PREVIEW_QUESTIONS)}
    spoken, text = campaign.message.text(language, handbook.first_language)
    say = handbook.speak(spoken)
    facts = _facts(handbook, campaign, say, account, now) | known
    return Screen(
        id="campaign",
        language=spoken,
        html=Markup(fill(text, facts)),  # noqa: S704 -- cleaned when it was written
        buttons=tuple((each,) for each in _buttons(campaign, say)),
        picture=_picture(campaign.message, say),
        replaces=False,
        reads_numbers=False,
    )


def _facts(handbook: Handbook, campaign: Campaign, say: Texts, account: Account, now: datetime) -> dict[str, str]:
    commune = handbook.province.by_code.get(account.commune or "")
    ends_on = day_of(campaign.expires_at or now)
    return {
        "commune": str(escape(commune.name if commune else say.plain("campaign.your_commune"))),
        "days_left": str(max(0, (ends_on - day_of(now)).days)),
        "year": str(round_of(now)),
    }


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
