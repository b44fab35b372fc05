"""What officers do with campaigns: each step checked and audited, the same from the chat and the command line."""

import html
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.campaigns.audience import FEW, AudienceRule
from engine.campaigns.drafts import checked, dated, within_unit, without_braces
from engine.campaigns.hours import EARLIEST, LATEST, Hours
from engine.campaigns.ledger import LedgerLine
from engine.campaigns.life import (
    LASTS,
    Campaign,
    Step,
    check_approver,
    check_can_be_submitted,
    needs_second_officer,
    step,
)
from engine.campaigns.message import EMPTY, Message, clean, visible
from engine.campaigns.writing import write_preview
from engine.disclosure.released import PROVINCE
from engine.errors import CampaignRefused, NotFound
from engine.handbook import Handbook
from engine.messages import LARGEST_PICTURE, File, Screen
from engine.state import day_of, round_of
from handlers.campaign_notices import ask_others, notify, tell_returned, to_officers
from handlers.keep_calendar import message_of, theme_of
from handlers.staff import Access
from storage.audiences import count_audience
from storage.campaigns import (
    add_campaign,
    keep_picture,
    load_campaign,
    load_campaigns,
    load_picture,
    load_themes,
    save_campaign,
    save_theme,
)
from storage.database import Transaction
from storage.deliveries import Ledger, count_by_hour, count_reasons, count_rows
from storage.staff import write_audit

MOST_LISTED = 20
THEMED = "lifelong_learning_week"
"""The observance that has a theme each year."""
LONGEST_THEME = 160
PICTURE_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How a file begins → its media type."""
ASKED_FOR = Hours(EARLIEST, LATEST)
"""Who sends a test to themself is waiting for it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One officer's desk, for one transaction. What is not theirs is not there: NotFound.

    CampaignRefused says in a key of the catalogues why a step is not possible.
    """

    transaction: Transaction
    handbook: Handbook
    officer: Access
    now: datetime

    # ---- looking ------------------------------------------------------------------------------------------

    def campaigns(self, before: int | None = None) -> list[Campaign]:
        """The newest ones that this officer may see, of those with a number below `before`."""
        return [each for each in self.planned() if before is None or each.id < before][:MOST_LISTED]

    def planned(self) -> list[Campaign]:
        """All that this officer may see, the newest first."""
        return [each for each in load_campaigns(self.transaction, kinds=("campaign",)) if self._may_see(each)]

    def waiting(self) -> list[Campaign]:
        """Those that this officer may approve now."""
        submitted = load_campaigns(self.transaction, states=("submitted",), kinds=("campaign",))
        return [each for each in submitted if self._may_see(each) and self.may_approve(each)]

    def may_approve(self, campaign: Campaign) -> bool:
        """Whether this officer may approve what was submitted, or somebody else must."""
        try:
            check_approver(campaign, self.officer.id, self.handbook.rules.most_alone)
        except CampaignRefused:
            return False
        return True

    def campaign(self, number: int) -> Campaign:
        """One of them."""
        found = load_campaign(self.transaction, number)
        if not self._may_see(found):
            raise NotFound(f"there is no campaign {number}: hoctap campaign list")
        return found

    def preview(self, number: int, language: str) -> Screen:
        """The message as somebody will see it who speaks this language. CampaignRefused if there is no text yet."""
        campaign = self.campaign(number)
        if self.handbook.first_language not in campaign.message.texts:
            raise CampaignRefused("campaign.no_text")
        return self.shown(campaign, language)

    def shown(self, campaign: Campaign, language: str) -> Screen:
        """The same for a campaign that has a text in this language; it need not be kept like this."""
        communes = (*campaign.audience.communes, self.handbook.province.communes[0].code)
        return write_preview(self.handbook, dated(campaign, self.now), language, communes[0], self.now)

    def reach_of(self, number: int, rule: AudienceRule) -> Campaign:
        """The campaign as it would be for these people, counted now. Nothing is kept."""
        campaign = self.campaign(number)
        return self._counted(replace(campaign, audience=within_unit(rule, campaign.unit)))

    def picture(self, number: int) -> File:
        """The picture of a campaign. NotFound if it has none."""
        picture = self.campaign(number).message.picture
        if picture is None:
            raise NotFound
        media_type, content = load_picture(self.transaction, picture)
        return File(f"campaign-{number}.{media_type.partition('/')[2]}", media_type, content)

    def reasons(self, number: int) -> Counter[tuple[str, str | None]]:
        """(state, reason) → how many recipients, of those that have a reason."""
        return count_reasons(self.transaction, self.campaign(number).id)

    def recount(self, number: int) -> Counter[tuple[str, str | None]]:
        """(state, reason or None) → how many recipients, all of them counted from the ledger's rows."""
        return count_rows(self.transaction, self.campaign(number).id)

    def ledger(self, number: int) -> Counter[LedgerLine]:
        """What became of each recipient → how many: all that leaves of the ledger. It is audited.

        Not the place in the ledger: it follows from the account, and is the same in every campaign, so two ledgers
        laid side by side would tell things about one person. CampaignRefused if there are too few recipients.
        """
        campaign = self.campaign(number)
        if campaign.counts.size < FEW:
            raise CampaignRefused("campaign.too_few", few=FEW)
        self._audit("ledger_written", campaign)
        return count_by_hour(self.transaction, campaign.id)

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
            audience=within_unit(audience or AudienceRule(), self.officer.unit),
            unit=self.officer.unit,
            hours=self.handbook.rules.hours,
            written_by=self.officer.id,
        )
        kept = add_campaign(self.transaction, self._checked(draft))
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
            audience = within_unit(changed.audience, draft.unit)
            changed = replace(changed, audience=audience, reach=None, counted_at=None)
        changed = self._checked(changed)
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
        counted = self._counted(campaign)
        save_campaign(self.transaction, counted)
        return counted

    def test(self, number: int, language: str) -> Screen:
        """The message for the officer's own chat; after that it may be submitted."""
        screen = self.preview(number, language)
        self._note_tested(number)
        return screen

    def test_by_notice(self, number: int) -> None:
        """The same for an officer who is in no chat just now: a notice brings it to theirs.

        CampaignRefused if there is no text yet, or no way to reach the officer.
        """
        message = self.campaign(number).message
        if self.handbook.first_language not in message.texts:
            raise CampaignRefused("campaign.no_text")
        to_me = to_officers([self.officer.id])
        if not count_audience(self.transaction, to_me, self.handbook.first_language, day_of(self.now)).reachable:
            raise CampaignRefused("campaign.no_chat")
        texts = {language: str(self.preview(number, language).html) for language in message.texts}
        tested = self._note_tested(number)
        notify(self.transaction, tested, replace(message, texts=texts), to_me, self.now, ASKED_FOR)

    def test_in_console(self, number: int) -> bool:
        """For an officer who has it before their eyes. Returns whether it comes to their chat, too.

        CampaignRefused if there is no text yet.
        """
        try:
            self.test_by_notice(number)
        except CampaignRefused as refusal:
            if refusal.key != "campaign.no_chat":
                raise
            self._note_tested(number)
            return False
        return True

    # ---- its life -----------------------------------------------------------------------------------------

    def submit(self, number: int) -> Campaign:
        """Asks for approval; the officers who may give it are written to. Counts the audience once more."""
        draft = self.count(number)
        state = step(draft, "submit")
        check_can_be_submitted(draft, self.handbook.first_language)
        submitted = replace(draft, state=state, submitted_by=self.officer.id)
        if needs_second_officer(submitted, self.handbook.rules.most_alone):
            shown = {language: self.preview(number, language) for language in self.handbook.languages}
            # First: if there is nobody to ask, nothing else is written.
            ask_others(
                self.transaction,
                self.handbook,
                submitted,
                self.officer,
                shown,
                self.now,
                is_exact=self.is_exact(submitted),
            )
        save_campaign(self.transaction, submitted)
        self._audit("campaign_submitted", submitted, f"{submitted.reach.size if submitted.reach else 0} people")
        return submitted

    def send_back(self, number: int) -> Campaign:
        """Not like this: it is a draft again, and whoever submitted it hears of it."""
        submitted_by = self.campaign(number).submitted_by
        returned = self._step(number, "return", "campaign_returned")
        if submitted_by is not None and submitted_by != self.officer.id:
            tell_returned(self.transaction, self.handbook, returned, submitted_by, self.now)
        return returned

    def approve(self, number: int) -> Campaign:
        """Freezes text and audience: from now on nobody changes them. CampaignRefused if another one must."""
        campaign = self._for_change(number)
        state = step(campaign, "approve")
        check_approver(campaign, self.officer.id, self.handbook.rules.most_alone)
        approved = self._checked(replace(dated(campaign, self.now), state=state, approved_by=self.officer.id))
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
            lasts = max(campaign.expires_at or self.now, self.now + LASTS)
            save_campaign(self.transaction, replace(campaign, state=step(campaign, "again"), expires_at=lasts))
        self._audit("campaign_sent_again", campaign, f"{count} in doubt")
        return count

    def set_theme(self, words: str, year: int | None = None) -> str:
        """Keeps the theme of a Lifelong Learning Week, this year's unless a year is named.

        Returns the observance's name. CampaignRefused if the theme is empty or too long.
        """
        year = year or round_of(self.now)
        words = without_braces(visible(clean(words))).strip()
        if not 0 < len(words) <= LONGEST_THEME:
            raise CampaignRefused("theme.length", most=LONGEST_THEME)
        save_theme(self.transaction, THEMED, year, html.unescape(words))
        write_audit(self.transaction, self.now, self.officer.who, "theme_set", f"{THEMED} {year}")
        return next(each.name for each in self.handbook.observances if each.id == THEMED)

    # ---- parts --------------------------------------------------------------------------------------------

    def _counted(self, campaign: Campaign) -> Campaign:
        first_language, today = self.handbook.first_language, day_of(self.now)
        reach = count_audience(self.transaction, campaign.audience, first_language, today)
        return replace(campaign, reach=reach, counted_at=self.now)

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

    def _checked(self, campaign: Campaign) -> Campaign:
        return checked(campaign, self.handbook.province.by_code, self.now)

    def _note_tested(self, number: int) -> Campaign:
        campaign = self._for_change(number)
        if campaign.state == "draft":
            save_campaign(self.transaction, replace(campaign, is_tested=True))
        self._audit("campaign_tested", campaign)
        return campaign

    def _audit(self, action: str, campaign: Campaign, more: str = "") -> None:
        about = f"campaign {campaign.id}" + (f": {more}" if more else "")
        write_audit(self.transaction, self.now, self.officer.who, action, about)
