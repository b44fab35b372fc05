"""Closes a round: final release, keys destroyed, ballots erased, files rewritten, all of it written down.

Every step can be interrupted and is taken up again by closing once more: what is done is written down together with
the step that comes next. docs/privacy.md is the procedure for people.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from engine.errors import ReleaseRefused, SettingsProblem
from engine.handbook import Handbook
from engine.state import day_of
from handlers.count_ballots import CLOSING_STEPS, Shuffle
from handlers.seal_round import Run, SealOrder, seal_round
from storage.ballots import count_ballots, remove_all_ballots
from storage.database import Transaction
from storage.releases import forget_standing, load_ledger
from storage.round_keys import RoundKeys
from storage.rounds import Round, change_round, lock_round
from storage.staff import write_audit


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing works with. `rewrite` writes the database's files anew, so that they hold nothing erased.

    `say` hears of each step that is done. `needs_release`: stop where the final release is refused.
    """

    run: Run
    rewrite: Callable[[], None]
    handbook: Handbook
    keys: RoundKeys
    shuffle: Shuffle
    say: Callable[[str], None]
    needs_release: bool = True


def close_round(closing: Closing, order: SealOrder, witnesses: tuple[str, ...], now: datetime) -> dict[str, Any]:
    """Closes the round of the order; the record of it. SettingsProblem if it cannot be closed."""
    this = closing.run(partial(_begin, year=order.year, witnesses=witnesses, now=now, who=order.who))
    while this.step is not None:
        done = _STEPS[this.step](closing, order, now)
        closing.run(partial(_note, year=order.year, step=this.step, done=done, now=now, who=order.who))
        closing.say(f"{this.step}: {done}")
        this = closing.run(partial(_present, year=order.year))
    return this.record or {}


def what_closing_would_do(transaction: Transaction, year: int) -> list[str]:
    """A line for each step that is still to be done. Changes nothing."""
    this = _present(transaction, year)
    ledger, ballots = load_ledger(transaction, year), count_ballots(transaction, year)
    left = CLOSING_STEPS if this.state == "open" else CLOSING_STEPS[CLOSING_STEPS.index(this.step or "record") :]
    words = {
        "final_release": f"stop intake, count all that waits, seal release {len(ledger) + 1} as the final one",
        "destroy_key": f"overwrite and remove the key of round {year}: ballots lose their tie to accounts for good",
        "erase_ballots": f"erase {ballots} ballots with their tags, and the exact sums of the issued rows",
        "rewrite_files": "write the database anew, so that nothing erased is left in its files",
        "destroy_backup_key": f"overwrite and remove the backup key of round {year}: old backups become unreadable",
        "record": f"write down the record; the {len(ledger)} releases stay",
    }
    return [f"{step}: {words[step]}" for step in left] if this.state != "closed" else []


def _begin(transaction: Transaction, year: int, witnesses: tuple[str, ...], now: datetime, who: str) -> Round:
    this = _present(transaction, year)
    if this.state == "closed":
        raise SettingsProblem(f"round {year} is closed already: hoctap round status")
    if this.state == "open":
        record = {"round": year, "key_sha256": this.key_hash, "witnesses": list(witnesses), "steps": {}}
        change_round(transaction, year, state="closing", step=CLOSING_STEPS[0], record=record)
        write_audit(transaction, now, who, "round_closing", f"round {year}")
    return _present(transaction, year)


def _present(transaction: Transaction, year: int) -> Round:
    this = lock_round(transaction, year)
    if this is None:
        raise SettingsProblem(f"there is no round {year}: hoctap round status")
    return this


def _note(transaction: Transaction, year: int, step: str, done: str, now: datetime, who: str) -> None:
    this = _present(transaction, year)
    if this.step != step:
        return  # another process closes this round, too, and was faster
    record = dict(this.record or {})
    record["steps"] = {**record["steps"], step: {"day": day_of(now).isoformat(), "done": done}}
    place = CLOSING_STEPS.index(step) + 1
    if place < len(CLOSING_STEPS):
        change_round(transaction, year, step=CLOSING_STEPS[place], record=record)
        return
    record["releases"] = [
        {"release": release.number, "kind": release.kind, "as_of": release.as_of.isoformat()}
        for release in load_ledger(transaction, year)
    ]
    record["sha256"] = digest(record)
    change_round(transaction, year, state="closed", step=None, record=record)
    write_audit(transaction, now, who, "round_closed", f"round {year}, record {record['sha256']}")


def digest(record: dict[str, Any]) -> str:
    """SHA-256 of a record without its own digest: what the witnesses sign."""
    signed = {name: value for name, value in record.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(signed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _final_release(closing: Closing, order: SealOrder, now: datetime) -> str:
    ledger = closing.run(partial(load_ledger, round_=order.year))
    if ledger and ledger[-1].kind == "final":
        return f"release {ledger[-1].number}"
    try:
        release = seal_round(closing.run, closing.handbook, closing.keys, order, now, closing.shuffle)
    except ReleaseRefused as refused:
        is_empty = not ledger and refused.rule == "R6"
        if closing.needs_release and not is_empty:
            raise
        return f"no final release: {refused.why}"
    return f"release {release.number}"


def _destroy_key(closing: Closing, order: SealOrder, _: datetime) -> str:
    had_one = closing.keys.destroy(order.year, "round")
    return "the key was overwritten and removed" if had_one else "the key was gone already"


def _erase_ballots(closing: Closing, order: SealOrder, _: datetime) -> str:
    def erase(transaction: Transaction) -> int:
        forget_standing(transaction, order.year)
        return remove_all_ballots(transaction, order.year)

    return f"{closing.run(erase)} ballots were erased with their tags"


def _rewrite_files(closing: Closing, _order: SealOrder, _now: datetime) -> str:
    closing.rewrite()
    return "the database was written anew"


def _destroy_backup_key(closing: Closing, order: SealOrder, _: datetime) -> str:
    had_one = closing.keys.destroy(order.year, "backup")
    return "the backup key was overwritten and removed" if had_one else "there was no backup key"


def _record(_closing: Closing, _order: SealOrder, _now: datetime) -> str:
    return "the record was written"


_STEPS: dict[str, Callable[[Closing, SealOrder, datetime], str]] = {
    "final_release": _final_release,
    "destroy_key": _destroy_key,
    "erase_ballots": _erase_ballots,
    "rewrite_files": _rewrite_files,
    "destroy_backup_key": _destroy_backup_key,
    "record": _record,
}
