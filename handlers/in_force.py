"""The handbook in force: as it is shipped, with what staff have decided since put over it."""

from dataclasses import replace

from engine.handbook import Handbook
from handlers.forms_in_force import with_forms
from handlers.pass_marks import with_pass_marks
from handlers.sending_limits import with_limits
from handlers.voices import with_voices
from storage.database import Transaction
from storage.releases import load_last_release


def read_in_force(transaction: Transaction, shipped: Handbook) -> Handbook:
    """`shipped` with the last release, and with what the console has changed."""
    handbook = replace(shipped, release=load_last_release(transaction))
    for put_over in (with_forms, with_pass_marks, with_limits, with_voices):
        handbook = put_over(transaction, handbook)
    return handbook
