"""The ballots. Only two use cases may come here: the one that writes them, and the one that seals them.

An import contract in pyproject.toml holds that. No function here returns a ballot: tags go in, sums come out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, select, text, update

from engine.ballots import Ballot
from engine.disclosure.catalogue import Kind
from engine.disclosure.tally import Tally
from engine.state import Account, Session
from storage.database import Transaction
from storage.rows import account_of, session_of
from storage.tables import SCORES, account, ballot, session

_COUNTED = ("round", "commune", "form", "sex", "age", *SCORES)
_SCORES = [ballot.c[name] for name in SCORES]


class Waiting(NamedTuple):
    """A finished session that is not counted yet, and its account."""

    account: Account
    session: Session


def load_waiting(
    transaction: Transaction, round_: int, finished_before: datetime, *, of_floods: bool | None = None
) -> list[Waiting]:
    """The finished sessions of a round, in no order. An account in the middle of a turn is passed over.

    `of_floods`: of accounts only that came in a flood of new ones in this round (True), or did not (False).
    """
    came_in_flood = account.c.flood_round.is_not_distinct_from(round_)
    query = (
        select(*account.c, *(column.label(f"session_{column.name}") for column in session.c))
        .join_from(session, account)
        .where(
            session.c.finished_at.is_not(None),
            session.c.finished_at <= finished_before,
            session.c.round == round_,
            account.c.commune.is_not(None),
            *(() if of_floods is None else (came_in_flood if of_floods else ~came_in_flood,)),
        )
        .with_for_update(of=account, skip_locked=True)
    )
    return [Waiting(account_of(row), session_of(row)) for row in transaction.connection.execute(query)]


def write_ballots(transaction: Transaction, ballots: Sequence[Ballot]) -> None:
    """Writes them in the order given; one with a tag that is there takes the place of the old one, unsealed."""
    new = transaction.insert(ballot)
    changed = {name: new.excluded[name] for name in _COUNTED} | {"seal": None}
    transaction.connection.execute(
        new.on_conflict_do_update(index_elements=["tag"], set_=changed), [_values(each) for each in ballots]
    )


def remove_waiting(transaction: Transaction, waiting: Iterable[Waiting]) -> None:
    """The sessions are gone: what they said is in their ballots now."""
    for each in waiting:
        transaction.connection.execute(
            delete(session).where(
                session.c.account_id == each.account.id,
                session.c.person == each.session.person,
                session.c.is_finished,
            )
        )
    transaction.has_erased = True


def forget_order(transaction: Transaction) -> None:
    """Puts the rows on the disk in the order of their tags, so that it does not tell who came when.

    SQLite keeps a table without row ids that way by itself.
    """
    if not transaction.is_sqlite:
        transaction.connection.execute(text("CLUSTER ballot USING pk_ballot"))


def remove_ballots(transaction: Transaction, tags: Iterable[bytes]) -> list[bytes]:
    """Removes the ballots with these tags, and their tags with them. Which of them there were."""
    removed = delete(ballot).where(ballot.c.tag.in_(list(tags))).returning(ballot.c.tag)
    found = list(transaction.connection.execute(removed).scalars())
    transaction.has_erased = True
    return found


def load_tags(transaction: Transaction) -> Iterable[bytes]:
    """The tags of all ballots, and nothing else of them."""
    return transaction.connection.execute(select(ballot.c.tag)).scalars()


def remove_all_ballots(transaction: Transaction, round_: int) -> int:
    """Removes every ballot of a round with its tag; how many there were."""
    removed = transaction.connection.execute(delete(ballot).where(ballot.c.round == round_)).rowcount
    transaction.has_erased = True
    return removed


def count_ballots(transaction: Transaction, round_: int) -> int:
    """How many ballots a round has."""
    query = select(func.count()).select_from(ballot).where(ballot.c.round == round_)
    return transaction.connection.execute(query).scalar_one()


def mark_added(transaction: Transaction, round_: int, release: int) -> None:
    """The ballots that are not sealed are marked with the release that is being made.

    What an interrupted seal left marked, with this number, is simply marked again.
    """
    is_new = and_(ballot.c.round == round_, ballot.c.seal.is_(None))
    transaction.connection.execute(update(ballot).where(is_new).values(seal=release))


def unmark_unmoved(transaction: Transaction, round_: int, release: int, moved: Iterable[str]) -> None:
    """The marked ballots of communes whose row did not move are not sealed after all."""
    is_unmoved = and_(ballot.c.round == round_, ballot.c.seal == release, ballot.c.commune.not_in(sorted(moved)))
    transaction.connection.execute(update(ballot).where(is_unmoved).values(seal=None))


class Counted(NamedTuple):
    """Exact sums of the people of one commune and kind, sealed before or added since."""

    commune: str
    kind: Kind
    is_added: bool
    tally: Tally


def count_by_kind(
    transaction: Transaction, round_: int, release: int, pass_marks: Mapping[str, int], minimum: int
) -> list[Counted]:
    """Sums of all ballots of a round. `pass_marks` are points by commune, `minimum` those of every indicator.

    A ballot meets the rule with the pass mark of its commune and no indicator below the minimum.
    """
    total = sum(_SCORES[1:], _SCORES[0])
    has_minimum = and_(*(score >= minimum for score in _SCORES))
    marks = sorted(set(pass_marks.values()))
    # The pass marks are few and the communes many: count for every mark, and pick afterwards.
    passes = [_how_many(and_(has_minimum, total >= mark)) for mark in marks]
    is_added = ballot.c.seal == release
    query = (
        select(
            ballot.c.commune,
            ballot.c.form,
            ballot.c.sex,
            ballot.c.age,
            is_added.label("is_added"),
            func.count().label("n"),
            *(func.sum(score) for score in _SCORES),
            *passes,
        )
        .where(ballot.c.round == round_)
        .group_by(ballot.c.commune, ballot.c.form, ballot.c.sex, ballot.c.age, is_added)
    )
    place = {mark: 16 + number for number, mark in enumerate(marks)}
    rows = transaction.connection.execute(query)
    return [_counted(row, place[pass_marks[row.commune]]) for row in rows if row.commune in pass_marks]


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _counted(row: Row[Any], passed_at: int) -> Counted:
    scores = tuple(int(points) for points in list(row)[6:16])
    tally = Tally(row.n, int(row[passed_at]), sum(scores), scores)
    return Counted(row.commune, Kind(row.form, row.sex, row.age), bool(row.is_added), tally)


def _values(each: Ballot) -> dict[str, object]:
    return {
        "tag": each.tag,
        "round": each.round,
        "commune": each.commune,
        "form": each.form,
        "sex": each.sex,
        "age": each.age,
        "seal": None,
        **dict(zip(SCORES, each.scores, strict=True)),
    }


def count_waiting(transaction: Transaction, round_: int) -> int:
    """How many finished sessions of a round are not counted yet."""
    query = select(func.count()).where(session.c.finished_at.is_not(None), session.c.round == round_)
    return transaction.connection.execute(query).scalar_one()
