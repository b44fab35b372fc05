"""What happens around a chat: its assessments are counted, counts are released, somebody is invited."""

import random
import secrets
import tempfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from engine.disclosure.pooling import IssuedRow, Standing
from engine.disclosure.released import PROVINCE, Release
from engine.disclosure.tally import Tally
from engine.handbook import Handbook
from engine.state import Role, round_of
from handlers.count_ballots import write_waiting
from handlers.release_files import Scope, make_files
from handlers.rounds import ensure_round
from handlers.staff import invite
from storage.database import Database
from storage.releases import ReleaseFile, load_last_release, save_files, save_release
from storage.round_keys import RoundKeys
from tests.reports.releases import interim_release

UNIT = "03667"
"""The commune whose files a made-up release has, beside the province's."""


@cache
def keys() -> RoundKeys:
    """One folder of keys for all tests."""
    return RoundKeys(Path(tempfile.mkdtemp(prefix="hoctap-keys-")))


def count_everything(database: Database, now: datetime) -> int:
    """Writes what is finished as ballots, at once; opens the round if there is none."""
    with database.transaction() as transaction:
        ensure_round(transaction, keys(), now, secrets.token_bytes)
    with database.transaction() as transaction:
        shuffle = random.Random(7).shuffle
        return write_waiting(transaction, keys(), round_of(now), now, shuffle, is_due=True, stays=timedelta(0))


def publish_made_up(database: Database) -> Release:
    """Stores a made-up release with its files, once."""
    with database.transaction() as transaction:
        if known := load_last_release(transaction):
            return known
    return _publish(database, interim_release(), _interim_files())


@cache
def _interim_files() -> list[ReleaseFile]:
    """Drawn once for all tests: it takes seconds."""
    from tests.chats import handbook  # it needs this file itself

    return _drawn(handbook(), interim_release())


def publish(database: Database, handbook: Handbook, release: Release) -> Release:
    """Stores a release with its files for the province and one commune."""
    return _publish(database, release, _drawn(handbook, release))


def _drawn(handbook: Handbook, release: Release) -> list[ReleaseFile]:
    return list(make_files(handbook, release, {}, Scope([PROVINCE, UNIT])))


def _publish(database: Database, release: Release, files: list[ReleaseFile]) -> Release:
    with database.transaction() as transaction:
        save_release(transaction, release, Standing({UNIT: IssuedRow(Tally(10), 1)}))
        save_files(transaction, release, files)
    return release


def invite_somebody(
    database: Database, handbook: Handbook, unit: str, token: str, now: datetime, role: Role = "statistics"
) -> None:
    """Keeps an invitation whose link carries the token."""
    with database.transaction() as transaction:
        invite(transaction, handbook, role, unit, token, now)
