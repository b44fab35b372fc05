"""Says in the officer's language whom a campaign is for, how many they are, and when they will have it."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup, escape

from engine.campaigns.audience import FEW, AudienceRule, Progress, Reach
from engine.campaigns.estimate import estimate_end
from engine.campaigns.life import Campaign
from engine.campaigns.rules import SendingRules
from engine.handbook import Handbook
from engine.state import HOME_ZONE, day_of
from engine.texts import Texts

MOST_NAMED = 4
"""More communes than these are counted, not named."""


def say_count(say: Texts, count: int, *, is_exact: bool) -> str:
    """A number of people. Who writes to more than one commune is not told a small one: `is_exact` False."""
    if not is_exact and 0 < count < FEW:
        return say.plain("audience.few", few=FEW)
    return say.number(count)


def say_audience(handbook: Handbook, say: Texts, rule: AudienceRule) -> Markup:
    """The conditions of a rule, such as "ở Xã Mường Bú và Phường Chiềng An, đang làm dở"."""
    parts = [escape(part) for part in _conditions(handbook, say, rule)]
    return Markup(", ").join(parts)


def say_reach(
    handbook: Handbook, say: Texts, campaign: Campaign, rules: SendingRules, now: datetime, *, is_exact: bool
) -> Markup:
    """One paragraph: how many and who, by channel and language, who cannot be reached, when it will end."""
    reach = campaign.reach or Reach()
    lines = [
        say(
            "audience.size",
            people=say_count(say, reach.reachable, is_exact=is_exact),
            who=say_audience(handbook, say, campaign.audience),
        ),
        escape(_by(say, reach.by("channel"), "channel", is_exact=is_exact)),
    ]
    if len(reach.by("language")) > 1:
        lines.append(escape(_by(say, reach.by("language"), "language", is_exact=is_exact, handbook=handbook)))
    if reach.reasons:
        lines.append(say("audience.unreachable", reasons=_reasons(say, reach, is_exact=is_exact)))
    if reach.had_one_today:
        lines.append(say("audience.tomorrow", people=say_count(say, reach.had_one_today, is_exact=is_exact)))
    lines.append(_when(say, campaign, reach, rules, now))
    return Markup("\n").join(line for line in lines if line)


def say_moment(say: Texts, moment: datetime, now: datetime) -> str:
    """A moment as people read it: "07:31", or with the date if it is another day."""
    if day_of(moment) == day_of(now):
        return f"{moment.astimezone(HOME_ZONE):%H:%M}"
    return say_dated(say, moment)


def say_dated(say: Texts, moment: datetime, clock: str = "%H:%M") -> str:
    """A moment with its day, whichever day it is: "07:31 ngày 5/10/2026"."""
    home = moment.astimezone(HOME_ZONE)
    return say.plain("moment", clock=format(home, clock), day=say.date(home.date()))


def _when(say: Texts, campaign: Campaign, reach: Reach, rules: SendingRules, now: datetime) -> Markup:
    begins = campaign.hours.next_opening(max(campaign.starts_at or now, now))
    pushed = reach.by("channel").get("telegram", 0)
    ends = estimate_end(campaign.hours, begins, pushed - reach.had_one_today, rules.per_second)
    return say("audience.when", begins=say_moment(say, begins, now), ends=say_moment(say, ends, now))


def _conditions(handbook: Handbook, say: Texts, rule: AudienceRule) -> list[str]:
    parts = [_where(handbook, say, rule.communes)]
    if rule.progress:
        parts.append(_or(say, [say_progress(say, each) for each in rule.progress]))
    if rule.forms:
        titles = [say.content(handbook.forms[form].title) for form in rule.forms if form in handbook.forms]
        parts.append(say.plain("audience.forms", forms=_or(say, titles)))
    if rule.languages:
        names = [handbook.speak(language).name for language in rule.languages]
        parts.append(say.plain("audience.languages", languages=_or(say, names)))
    if rule.channels:
        parts.append(
            say.plain("audience.channels", channels=_or(say, [say_channel(say, e) for e in rule.channels]))
        )
    if rule.seen_within_days is not None:
        parts.append(say.plain("audience.seen_within", days=rule.seen_within_days))
    if rule.not_seen_for_days is not None:
        parts.append(say.plain("audience.not_seen_for", days=rule.not_seen_for_days))
    if rule.wants_reminders or rule.wants:
        parts.append(say.plain("audience.wants_reminders"))
    return parts


def _where(handbook: Handbook, say: Texts, communes: Sequence[str]) -> str:
    if not communes:
        return say.plain("audience.everywhere", province=handbook.province.name)
    if len(communes) > MOST_NAMED:
        return say.plain("audience.communes", count=len(communes))
    names = [handbook.province.by_code[code].name for code in communes if code in handbook.province.by_code]
    return say.plain("audience.in", communes=_and(say, names))


def say_progress(say: Texts, progress: Progress) -> str:
    """How far people have come, as a condition of a rule."""
    return {
        "not_started": say.plain("audience.not_started"),
        "half_way": say.plain("audience.half_way"),
        "finished": say.plain("audience.finished"),
    }[progress]


def say_channel(say: Texts, channel: str) -> str:
    """Where people chat; the name of a channel that has no words as it is."""
    names = {"telegram": say.plain("channel.telegram"), "web": say.plain("channel.web")}
    return names.get(channel, channel)


def _by(say: Texts, counts: dict[str, int], kind: str, *, is_exact: bool, handbook: Handbook | None = None) -> str:
    named = []
    for name, count in counts.items():
        shown = handbook.speak(name).name if handbook else say_channel(say, name)
        note = say.plain("audience.waits") if kind == "channel" and name != "telegram" else ""
        named.append(f"{shown} {say_count(say, count, is_exact=is_exact)}{note}")
    return " · ".join(named)


def _reasons(say: Texts, reach: Reach, *, is_exact: bool) -> str:
    return ", ".join(
        f"{say_reason(say, reason)} {say_count(say, count, is_exact=is_exact)}"
        for reason, count in reach.reasons.items()
    )


def say_reason(say: Texts, reason: str) -> str:
    """Why nothing was sent to somebody."""
    return {
        "blocked": say.plain("reason.blocked"),
        "deactivated": say.plain("reason.deactivated"),
        "gone": say.plain("reason.gone"),
        "erased": say.plain("reason.erased"),
        "expired": say.plain("reason.expired"),
        "cancelled": say.plain("reason.cancelled"),
        "stopped": say.plain("reason.stopped"),
        "no_longer": say.plain("reason.no_longer"),
    }[reason]


def _or(say: Texts, names: Sequence[str]) -> str:
    return _joined(names, say.plain("list.or"))


def _and(say: Texts, names: Sequence[str]) -> str:
    return _joined(names, say.plain("list.and"))


def _joined(names: Sequence[str], word: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
