"""What a draft may be: its texts cleaned, its audience within a unit, its beginning before its end."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from engine.campaigns.audience import AudienceRule
from engine.campaigns.life import LASTS, Campaign
from engine.campaigns.message import MOST_BUTTONS, OF_CALENDAR, PLACEHOLDERS, check_button, check_text, clean
from engine.disclosure.released import PROVINCE
from engine.errors import CampaignRefused


def within_unit(rule: AudienceRule, unit: str) -> AudienceRule:
    """A campaign of a commune is for that commune. What only the calendar may ask for is taken out."""
    own = replace(rule, staff=(), staff_numbers=(), reminder=None, wants=None)
    return own if unit == PROVINCE else replace(own, communes=(unit,))


def dated(campaign: Campaign, now: datetime) -> Campaign:
    """With the beginning and the end that it has if it is approved now."""
    starts_at = max(campaign.starts_at or now, now)
    return replace(campaign, starts_at=starts_at, expires_at=campaign.expires_at or starts_at + LASTS)


def checked(campaign: Campaign, communes: Collection[str], now: datetime) -> Campaign:
    """The campaign with no tags but bold, italic and links. CampaignRefused if it cannot be sent like this.

    `communes` are the codes of all that there are.
    """
    message = campaign.message
    texts = {language: clean(text) for language, text in message.texts.items()}
    for text in texts.values():
        check_text(text, PLACEHOLDERS - OF_CALENDAR)
    if len(message.buttons) > MOST_BUTTONS:
        raise CampaignRefused("message.most_buttons", most=MOST_BUTTONS)
    for button in message.buttons:
        check_button(button)
    if not campaign.hours.are_decent:
        raise CampaignRefused("campaign.hours")
    if campaign.expires_at is not None and campaign.expires_at <= max(campaign.starts_at or now, now):
        raise CampaignRefused("campaign.expired")
    for code in campaign.audience.communes:
        if code not in communes:
            raise CampaignRefused("campaign.commune", commune=code)
    title = without_braces(campaign.title)  # notices name it, and nothing is put into a title
    return replace(campaign, title=title, message=replace(message, texts=texts))


def without_braces(words: str) -> str:
    """Words into which nothing is ever put."""
    return words.translate({ord("{"): None, ord("}"): None})
