"""What officers do with campaigns: each step checked and audited, the same from the chat and the command line."""

import html
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from engine.campaigns.audience import AudienceRule
from engine.campaigns.life import (
    LASTS,
    Campaign,
    Step,
    check_approver,
    check_can_be_submitted,
    needs_second_officer,
    step,
)
from engine.campaigns.message import EMPTY, Message, check_button, check_text, clean, visible
from engine.campaigns.sentence import say_reach
from engine.campaigns.writing import write_preview
from engine.disclosure.released import PROVINCE
from engine.errors import CampaignRefused, NotFound
from engine.handbook import Handbook
from engine.messages import Screen
from engine.state import day_of, round_of
from handlers.keep_calendar import message_of, theme_of
from handlers.staff import Officer
from storage.audiences import count_audience
from storage.campaigns import (
    add_campaign,
    keep_picture,
    load_campaign,
    load_campaigns,
    load_themes,
    save_campaign,
    save_theme,
)
from storage.database import Transaction
from storage.deliveries import Ledger, count_reasons
from storage.staff import load_staff, write_audit

MOST_LISTED = 20
THEMED = "lifelong_week"
"""The observance that has a theme each year."""
LONGEST_THEME = 160
LARGEST_PICTURE = 5_000_000
"""Bytes: what a phone on a bad network still gets."""
PICTURE_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How a file begins → its media type."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One officer's desk, for one transaction. What is not theirs is not there: NotFound.

    CampaignRefused says in a key of the catalogues why a step is not possible.
    """

    transaction: Transaction
    handbook: Handbook
    officer: Officer
    now: datetime

    # ---- looking ------------------------------------------------------------------------------------------

    def campaigns(self) -> list[Campaign]:
        """The newest ones that this officer may see."""
        found = load_campaigns(self.transaction, kinds=("campaign",))
        return [each for each in found if self._may_see(each)][:MOST_LISTED]

    def campaign(self, number: int) -> Campaign:
        """One of them."""
        found = load_campaign(self.transaction, number)
        if not self._may_see(found):
            raise NotFound(f"there is no campaign {number}: hoctap campaign list")
        return found

    def preview(self, number: int, language: str) -> Screen:
        """The message as somebody will see it who speaks this language."""
        commune = self.officer.unit if self.officer.unit != PROVINCE else self.handbook.province.communes[0].code
        return write_preview(self.handbook, self.campaign(number), language, commune, self.now)

    def reasons(self, number: int) -> Counter[tuple[str, str | None]]:
        """(state, reason) → how many recipients, counted from the ledger's rows."""
        return count_reasons(self.transaction, self.campaign(number).id)

    def is_exact(self, campaign: Campaign) -> bool:
        """Whether this officer is told numbers below ten: only of one's own commune."""
        return self.officer.unit != PROVINCE or campaign.unit != PROVINCE

    def template(self, name: str) -> Message:
        """The message of a template as it reads this year. NotFound if there is no such template."""
        template = self.handbook.templates.get(name)
        if template is None or not template.is_offered:
            raise NotFound(f"there is no template {name}: hoctap campaign templates")
        year = round_of(self.now)
        observance = next(
            (each.id for each in self.handbook.observances for send in each.sends if send.template == name), THEMED
        )
        theme = theme_of(self.handbook, load_themes(self.transaction), observance, year)
        return message_of(self.handbook, template, theme)

    # ---- writing ------------------------------------------------------------------------------------------

    def create(self, title: str, message: Message = EMPTY, audience: AudienceRule | None = None) -> Campaign:
        """A new draft."""
        draft = Campaign(
            0,
            title=title,
            message=message,
            audience=self._within_unit(audience or AudienceRule()),
            unit=self.officer.unit,
            written_by=self.officer.id,
        )
        self._check(draft)
        kept = add_campaign(self.transaction, draft)
        if kept is None:
            raise LookupError("a draft has no key, so none can stand in its way")
        self._audit("campaign_written", kept)
        return kept

    def change(self, number: int, **fields: Any) -> Campaign:
        """Fields of a draft: title, message, audience, hours, starts_at, expires_at.

        A new text has not been tested; a new audience has not been counted.
        """
        draft = self._for_change(number)
        changed = replace(draft, state=step(draft, "edit"), **fields)
        if changed.message != draft.message:
            changed = replace(changed, is_tested=False)
        if changed.audience != draft.audience:
            changed = replace(changed, audience=self._within_unit(changed.audience), reach=None, counted_at=None)
        self._check(changed)
        save_campaign(self.transaction, changed)
        self._audit("campaign_changed", changed, ", ".join(sorted(fields)))
        return changed

    def add_picture(self, number: int, content: bytes) -> Campaign:
        """Puts a picture above the text."""
        media_type = next((kind for head, kind in PICTURE_TYPES.items() if content.startswith(head)), None)
        if media_type is None or len(content) > LARGEST_PICTURE:
            raise CampaignRefused("message.picture", most=LARGEST_PICTURE // 1_000_000)
        draft = self.campaign(number)
        step(draft, "edit")
        picture = keep_picture(self.transaction, media_type, content)
        return self.change(number, message=replace(draft.message, picture=picture))

    def count(self, number: int) -> Campaign:
        """Counts the audience as it is now; of what is frozen, what was counted stays."""
        campaign = self._for_change(number)
        if campaign.state not in ("draft", "submitted"):
            return campaign
        today = day_of(self.now)
        reach = count_audience(self.transaction, campaign.audience, self.handbook.first_language, today)
        counted = replace(campaign, reach=reach, counted_at=self.now)
        save_campaign(self.transaction, counted)
        return counted

    def test(self, number: int, language: str) -> Screen:
        """The message for the officer's own chat; after that it may be submitted."""
        screen = self.preview(number, language)
        campaign = self._for_change(number)
        if campaign.state == "draft":
            save_campaign(self.transaction, replace(campaign, is_tested=True))
        self._audit("campaign_tested", campaign)
        return screen

    # ---- its life -----------------------------------------------------------------------------------------

    def submit(self, number: int) -> Campaign:
        """Asks for approval; the officers who may give it are written to. Counts the audience once more."""
        draft = self.count(number)
        state = step(draft, "submit")
        check_can_be_submitted(draft, self.handbook.first_language)
        submitted = replace(draft, state=state, submitted_by=self.officer.id)
        save_campaign(self.transaction, submitted)
        self._audit("campaign_submitted", submitted, f"{submitted.reach.size if submitted.reach else 0} people")
        if needs_second_officer(submitted, self.handbook.rules.most_alone):
            self._ask_others(submitted)
        return submitted

    def send_back(self, number: int) -> Campaign:
        """Not like this: it is a draft again."""
        return self._step(number, "return", "campaign_returned")

    def approve(self, number: int) -> Campaign:
        """Freezes text and audience: from now on nobody changes them. CampaignRefused if another one must."""
        campaign = self._for_change(number)
        state = step(campaign, "approve")
        check_approver(campaign, self.officer.id, self.handbook.rules.most_alone)
        starts_at = max(campaign.starts_at or self.now, self.now)
        approved = replace(
            campaign,
            state=state,
            approved_by=self.officer.id,
            starts_at=starts_at,
            expires_at=campaign.expires_at or starts_at + LASTS,
        )
        save_campaign(self.transaction, approved)
        self._audit("campaign_approved", approved)
        return approved

    def pause(self, number: int) -> Campaign:
        """Nothing more leaves until it is resumed."""
        return self._step(number, "pause", "campaign_paused")

    def resume(self, number: int) -> Campaign:
        """Goes on where it was."""
        return self._step(number, "resume", "campaign_resumed")

    def cancel(self, number: int) -> Campaign:
        """Nothing more leaves, for good."""
        return self._step(number, "cancel", "campaign_cancelled")

    def send_doubted_again(self, number: int) -> int:
        """Sends once more to everybody of whom nobody knows whether it arrived. Some will have it twice."""
        campaign = self._for_change(number)
        if campaign.state not in ("sending", "paused", "done"):
            raise CampaignRefused("campaign.not_now", state=campaign.state, step="again")
        ledger = Ledger(self.transaction)
        count = ledger.plan_doubted_again(campaign.id)
        ledger.write()
        if count and campaign.state == "done":
            save_campaign(self.transaction, replace(campaign, state="sending"))
        self._audit("campaign_sent_again", campaign, f"{count} in doubt")
        return count

    def set_theme(self, words: str) -> str:
        """Keeps the theme of this year's Lifelong Learning Week. CampaignRefused if it is empty or too long."""
        words = visible(clean(words)).translate({ord("{"): None, ord("}"): None}).strip()
        if not 0 < len(words) <= LONGEST_THEME:
            raise CampaignRefused("theme.length", most=LONGEST_THEME)
        save_theme(self.transaction, THEMED, round_of(self.now), html.unescape(words))
        write_audit(self.transaction, self.now, self.officer.who, "theme_set", f"{THEMED} {round_of(self.now)}")
        return next(each.name for each in self.handbook.observances if each.id == THEMED)

    # ---- parts --------------------------------------------------------------------------------------------

    def _step(self, number: int, taken: Step, action: str) -> Campaign:
        campaign = self._for_change(number)
        changed = replace(campaign, state=step(campaign, taken))
        save_campaign(self.transaction, changed)
        self._audit(action, changed)
        return changed

    def _for_change(self, number: int) -> Campaign:
        self.campaign(number)
        return load_campaign(self.transaction, number, for_change=True)

    def _may_see(self, campaign: Campaign) -> bool:
        is_theirs = self.officer.unit in (PROVINCE, campaign.unit)
        return campaign.kind == "campaign" and is_theirs

    def _within_unit(self, rule: AudienceRule) -> AudienceRule:
        """An officer of a commune writes to that commune. What only the calendar may ask for is taken out."""
        own = replace(rule, staff=(), members=(), reminder=None, wants=None)
        return own if self.officer.unit == PROVINCE else replace(own, communes=(self.officer.unit,))

    def _check(self, campaign: Campaign) -> None:
        for text in campaign.message.texts.values():
            check_text(text)
        for button in campaign.message.buttons:
            check_button(button)
        if not campaign.hours.are_decent:
            raise CampaignRefused("campaign.hours")
        known = self.handbook.province.by_code
        for code in campaign.audience.communes:
            if code not in known:
                raise CampaignRefused("campaign.commune", commune=code)

    def _ask_others(self, campaign: Campaign) -> None:
        others = [
            each.id
            for each in load_staff(self.transaction)
            if each.role == "campaigns" and each.has_come and each.id != self.officer.id
            if each.unit in (PROVINCE, campaign.unit)
        ]
        if not others:
            raise CampaignRefused("campaign.no_other_officer", most=self.handbook.rules.most_alone)
        texts = {}
        for language, say in self.handbook.languages.items():
            shown = self.preview(campaign.id, language)
            reach = say_reach(
                self.handbook, say, campaign, self.handbook.rules, self.now, is_exact=self.is_exact(campaign)
            )
            asked = say("campaign.asks_approval", title=campaign.title)
            texts[language] = str(Markup("\n\n").join((asked, shown.html, reach)))
        notice = Campaign(
            0,
            kind="notice",
            state="approved",
            key=f"approval:{campaign.id}:{int(self.now.timestamp())}",
            title=campaign.title,
            message=Message(texts, picture=campaign.message.picture, approval=campaign.id),
            audience=AudienceRule(staff=("campaigns",), members=tuple(others)),
            unit=PROVINCE,
            starts_at=self.now,
            expires_at=self.now + LASTS,
            is_tested=True,
        )
        add_campaign(self.transaction, notice)

    def _audit(self, action: str, campaign: Campaign, more: str = "") -> None:
        about = f"campaign {campaign.id}" + (f": {more}" if more else "")
        write_audit(self.transaction, self.now, self.officer.who, action, about)
