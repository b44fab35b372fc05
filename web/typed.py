"""What people type into the fields of forms → numbers and days. Whether they are possible, the handlers decide."""

from datetime import date, datetime, time, timedelta

from engine.state import HOME_ZONE

_MOST_DIGITS = 9


def whole_number(typed: str) -> int:
    """A whole number; -1, which no setting takes, for what is none."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS
    return int(typed) if is_number else -1


def begin_of_day(typed: str, later_days: int = 0) -> datetime | None:
    """When a day begins at home, or one so many days later. None for an empty field; ValueError if it is no day."""
    if not typed:
        return None
    try:
        return datetime.combine(date.fromisoformat(typed) + timedelta(days=later_days), time(), HOME_ZONE)
    except OverflowError as error:
        raise ValueError(typed) from error
