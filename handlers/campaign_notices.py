"""Writes to officers about a campaign: that it waits for a yes, that it came back, a test for its writer."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from markupsafe import Markup

from engine.campaigns.audience import AudienceRule
from engine.campaigns.hours import DECENT, Hours
from engine.campaigns.life import LASTS, Campaign
from engine.campaigns.message import Message
from engine.campaigns.sentence import say_reach
from engine.disclosure.released import PROVINCE
from engine.errors import CampaignRefused
from engine.handbook import Handbook
from engine.messages import Screen
from handlers.staff import Access
from storage.campaigns import add_campaign
from storage.database import Transaction
from storage.staff import load_staff


def to_officers(numbers: Iterable[int]) -> AudienceRule:
    """Officers by their numbers, as whom a message is for."""
    return AudienceRule(staff=("campaigns",), staff_numbers=tuple(numbers))


def notify(
    transaction: Transaction,
    campaign: Campaign,
    message: Message,
    officers: AudienceRule,
    now: datetime,
    hours: Hours = DECENT,
) -> None:
    """Writes to officers about a campaign."""
    notice = Campaign(
        0,
        kind="notice",
        state="approved",
        title=campaign.title,
        message=message,
        audience=officers,
        unit=PROVINCE,
        hours=hours,
        starts_at=now,
        expires_at=now + LASTS,
        is_tested=True,
    )
    add_campaign(transaction, notice)


def ask_others(
    transaction: Transaction,
    handbook: Handbook,
    campaign: Campaign,
    by: Access,
    shown: Mapping[str, Screen],
    now: datetime,
    *,
    is_exact: bool,
) -> None:
    """Asks the officers who may approve what was submitted; `shown` is the message in each language.

    CampaignRefused if there is nobody else.
    """
    others = [
        each.id
        for each in load_staff(transaction)
        if each.role == "campaigns" and each.has_come and each.id != by.id
        if each.unit in (PROVINCE, campaign.unit)
    ]
    if not others:
        raise CampaignRefused("campaign.no_other_officer", most=handbook.rules.most_alone)
    texts = {}
    for language, say in handbook.languages.items():
        reach = say_reach(handbook, say, campaign, handbook.rules, now, is_exact=is_exact)
        asked = say("campaign.asks_approval", title=campaign.title)
        texts[language] = str(Markup("\n\n").join((asked, shown[language].html, reach)))
    message = Message(texts, picture=campaign.message.picture, approval=campaign.id)
    notify(transaction, campaign, message, to_officers(others), now)


def tell_returned(
    transaction: Transaction, handbook: Handbook, campaign: Campaign, submitted_by: int, now: datetime
) -> None:
    """Tells whoever submitted it that it came back."""
    texts = {
        language: str(say("campaign.was_returned", title=campaign.title))
        for language, say in handbook.languages.items()
    }
    notify(transaction, campaign, Message(texts), to_officers([submitted_by]), now)
