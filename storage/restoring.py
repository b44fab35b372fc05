"""What a restored or copied database needs beside its rows: an empty beginning, checks, and what is on hold."""

from datetime import datetime

from sqlalchemy import MetaData, false, func, inspect, select, text, update

from engine.errors import SettingsProblem
from storage.database import Transaction
from storage.tables import COUNTED, calendar, campaign, delivery, lease, session, staff

_REMINDED_OFTEN_ENOUGH = 2
_NOT_OF_A_DATABASE = ("alembic_version", "lease", "calendar")


def check_not_served(transaction: Transaction, now: datetime) -> None:
    """SettingsProblem if a hoctap is running on this database."""
    known = set(inspect(transaction.connection).get_table_names())
    for table in (lease, calendar):
        if table.name in known:
            query = select(func.count()).select_from(table).where(table.c.ends_at >= now)
            if transaction.connection.execute(query).scalar_one():
                raise SettingsProblem(
                    "a hoctap is running on this database: stop it first (after a crash, wait half a minute)"
                )


def has_rows(transaction: Transaction) -> bool:
    """Whether anything is in the database."""
    known = set(inspect(transaction.connection).get_table_names()).difference(_NOT_OF_A_DATABASE)
    queries = (f'SELECT 1 FROM "{name}" LIMIT 1' for name in sorted(known))  # noqa: S608 -- the database's own names
    return any(transaction.connection.execute(text(query)).first() is not None for query in queries)


def empty(transaction: Transaction) -> None:
    """Takes all tables away."""
    found = MetaData()
    found.reflect(transaction.connection)
    found.drop_all(transaction.connection)


def check_restored(transaction: Transaction) -> None:
    """SettingsProblem if a row points at none, or a campaign's counts are not those of its rows."""
    connection = transaction.connection
    # PostgreSQL has looked at each row that was written.
    if transaction.is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise SettingsProblem("there are rows that point at rows which are not there")
    rows = connection.execute(
        select(delivery.c.campaign_id, delivery.c.state, func.count()).group_by(
            delivery.c.campaign_id, delivery.c.state
        )
    )
    counted = {(row[0], row[1]): row[2] for row in rows}
    for row in connection.execute(select(campaign)).mappings():
        for state in COUNTED:
            # Settled rows are removed after a year and stay counted.
            found, said = counted.get((row["id"], state), 0), row[state]
            if found > said or (found < said and state in ("planned", "claimed", "waiting")):
                raise SettingsProblem(f"campaign {row['id']} counts {said} {state}, and has {found} such rows")


def hold_what_was_under_way(transaction: Transaction, now: datetime) -> int:
    """Nothing that may have left since the backup leaves again by itself; how many copies are in doubt for that.

    Campaigns that were on their way are paused, and what they had not sent is in doubt. One whose audience was not
    written down yet is cancelled, one that waited for an approval is a draft again. What the calendar had to send
    until now is not sent, and nobody is reminded once more of what is open already. Open invitations end.
    """
    connection = transaction.connection
    unsent = delivery.c.state.in_(("planned", "claimed"))
    doubted = connection.execute(update(delivery).where(unsent).values(state="in_doubt", at=now)).rowcount
    moved = {"in_doubt": campaign.c.in_doubt + campaign.c.planned + campaign.c.claimed, "planned": 0, "claimed": 0}
    connection.execute(update(campaign).values(moved))
    for before, after in _HELD.items():
        connection.execute(update(campaign).where(campaign.c.state.in_(before)).values(state=after))
    connection.execute(update(calendar).values(done_until=now, holder=None, ends_at=None))
    reminded = {"reminded": _REMINDED_OFTEN_ENOUGH}
    connection.execute(update(session).where(session.c.is_finished == false()).values(reminded))
    connection.execute(update(staff).where(staff.c.invitation.is_not(None)).values(invitation_ends_at=now))
    return doubted


_HELD = {("scheduled", "sending"): "paused", ("approved",): "cancelled", ("submitted",): "draft"}
