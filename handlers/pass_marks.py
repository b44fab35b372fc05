"""What communes ask for: assumed as shipped, until the association has confirmed or changed it."""

from dataclasses import replace
from datetime import datetime

from engine.errors import NotFound, SettingRefused
from engine.handbook import Handbook
from handlers.staff import Access
from storage.database import Transaction
from storage.pass_marks import KeptMark, load_pass_marks, remove_pass_mark, save_pass_mark
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


def confirmed_by(transaction: Transaction) -> dict[str, str]:
    """Commune → who confirmed its mark."""
    return {commune: mark.confirmed_by for commune, mark in load_pass_marks(transaction).items()}


def set_pass_mark(
    transaction: Transaction, handbook: Handbook, by: Access, commune: str, points: int, source: str, now: datetime
) -> None:
    """Enters the mark of a commune; `source` says who decided so, empty while it is only assumed.

    NotFound if there is no such commune, SettingRefused if the mark is none.
    """
    if commune not in handbook.province.by_code:
        raise NotFound
    if not 1 <= points <= handbook.criteria.points_in_all:
        raise SettingRefused("console.pass_marks.points", most=handbook.criteria.points_in_all)
    if len(source) > LONGEST_SOURCE:
        raise SettingRefused("console.pass_marks.source_length", most=LONGEST_SOURCE)
    save_pass_mark(transaction, commune, KeptMark(points, source.strip()))
    raise_edition(transaction)
    state = "confirmed" if source.strip() else "assumed"
    write_audit(transaction, now, by.who, "pass_mark_set", f"{commune}: {points}, {state}")


def reset_pass_mark(transaction: Transaction, by: Access, commune: str, now: datetime) -> None:
    """Takes a commune's mark back to what hoctap is shipped with."""
    remove_pass_mark(transaction, commune)
    raise_edition(transaction)
    write_audit(transaction, now, by.who, "pass_mark_reset", commune)
