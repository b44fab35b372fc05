"""How much may be sent to whom, and when: as the settings say, until an administrator has decided otherwise."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time

from engine.campaigns.hours import Calm, Hours
from engine.errors import SettingRefused
from engine.handbook import Handbook
from handlers.staff import Access
from storage.database import Transaction
from storage.settings_kept import load_setting, raise_edition, save_setting
from storage.staff import write_audit

_NAME = "limits"
MOST_A_DAY, MOST_A_WEEK, MOST_ALONE = 5, 20, 1_000_000
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an administrator may decide about sending. `first` and `last`: the hours of a new campaign, "07:30"."""

    a_day: int
    a_week: int
    most_alone: int
    first: str
    last: str


def limits_of(handbook: Handbook) -> Limits:
    """Those in force."""
    rules = handbook.rules
    hours = (f"{rules.hours.first:%H:%M}", f"{rules.hours.last:%H:%M}")
    return Limits(rules.calm.a_day, rules.calm.a_week, rules.most_alone, *hours)


def with_limits(transaction: Transaction, handbook: Handbook) -> Handbook:
    """The handbook with the limits that an administrator has decided."""
    kept = load_setting(transaction, _NAME)
    return handbook if kept is None else _put(handbook, Limits(**kept))


def set_limits(transaction: Transaction, by: Access, limits: Limits, now: datetime) -> None:
    """Decides them. SettingRefused says in a key of the catalogues what is not possible."""
    if not 1 <= limits.a_day <= MOST_A_DAY:
        raise SettingRefused("console.limits.a_day_wrong", most=MOST_A_DAY)
    if not limits.a_day <= limits.a_week <= MOST_A_WEEK:
        raise SettingRefused("console.limits.a_week_wrong", most=MOST_A_WEEK)
    if not 0 <= limits.most_alone <= MOST_ALONE:
        raise SettingRefused("console.limits.most_alone_wrong", most=MOST_ALONE)
    are_times = all(_CLOCK.fullmatch(each) for each in (limits.first, limits.last))
    if not are_times or not _hours(limits).are_decent:
        raise SettingRefused("campaign.hours")
    save_setting(transaction, _NAME, asdict(limits))
    raise_edition(transaction)
    write_audit(transaction, now, by.who, "limits_set", ", ".join(f"{k} {v}" for k, v in asdict(limits).items()))


def _put(handbook: Handbook, limits: Limits) -> Handbook:
    calm = Calm(limits.a_day, limits.a_week)
    rules = replace(handbook.rules, calm=calm, most_alone=limits.most_alone, hours=_hours(limits))
    return replace(handbook, rules=rules)


def _hours(limits: Limits) -> Hours:
    return Hours(time.fromisoformat(limits.first), time.fromisoformat(limits.last))
