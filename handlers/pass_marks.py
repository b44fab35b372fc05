"""What communes ask for: assumed as shipped, until the association has confirmed or changed it."""

from dataclasses import replace
from datetime import datetime

from engine.errors import NotFound, SettingRefused
from engine.handbook import Handbook
from engine.state import round_of
from engine.text import normalise
from handlers.staff import Access
from storage.database import Transaction
from storage.pass_marks import KeptMark, load_pass_marks, remove_pass_mark, save_pass_mark
from storage.releases import load_last_release
from storage.settings_kept import raise_edition
from storage.staff import write_audit

LONGEST_SOURCE = 200


def with_pass_marks(transaction: Transaction, handbook: Handbook) -> Handbook:
    """The handbook with the marks that staff have entered."""
    kept = load_pass_marks(transaction)
    if not kept:
        return handbook
    communes = tuple(
        replace(each, pass_mark=mark.points, pass_mark_assumed=not mark.confirmed_by)
        if (mark := kept.get(each.code))
        else each
        for each in handbook.province.communes
    )
    return replace(handbook, province=replace(handbook.province, communes=communes))


def marks_entered(transaction: Transaction) -> dict[str, KeptMark]:
    """Commune → its mark, of those that staff have entered."""
    return load_pass_marks(transaction)


def set_pass_mark(
    transaction: Transaction, handbook: Handbook, by: Access, commune: str, points: int, source: str, now: datetime
) -> None:
    """Enters the mark of a commune; `source` says who decided so, empty while it is only assumed.

    NotFound if there is no such commune, SettingRefused if the mark is none, or if it would be another one in the
    middle of a round.
    """
    source = normalise(source)
    if commune not in handbook.province.by_code:
        raise NotFound
    if not 1 <= points <= handbook.criteria.points_in_all:
        raise SettingRefused("console.pass_marks.points_wrong", most=handbook.criteria.points_in_all)
    if len(source) > LONGEST_SOURCE:
        raise SettingRefused("console.pass_marks.source_length", most=LONGEST_SOURCE)
    if points != handbook.province.by_code[commune].pass_mark:
        _check_may_change(transaction, now)
    save_pass_mark(transaction, commune, KeptMark(points, source))
    raise_edition(transaction)
    state = "confirmed" if source else "assumed"
    write_audit(transaction, now, by.who, "pass_mark_set", f"{commune}: {points}, {state}")


def reset_pass_mark(transaction: Transaction, by: Access, commune: str, now: datetime) -> None:
    """Takes a commune's mark back to what hoctap is shipped with. NotFound if staff have entered none.

    SettingRefused in the middle of a round.
    """
    _check_may_change(transaction, now)
    if not remove_pass_mark(transaction, commune):
        raise NotFound
    raise_edition(transaction)
    write_audit(transaction, now, by.who, "pass_mark_reset", commune)


def _check_may_change(transaction: Transaction, now: datetime) -> None:
    """No mark changes between two releases of one round.

    The proof that a release is safe takes it that who met the rule then still does: docs/privacy.md.
    """
    last = load_last_release(transaction, round_of(now))
    if last is not None and last.kind == "interim":
        raise SettingRefused("console.pass_marks.in_use", year=last.round)
