"""`hoctap world replay`: a made-up world, lived through the use cases that channels and the schedule call.

The clock is the file's: people come in the morning, seals and the close in the evening of their day. An assessment
is set up as it stands at its last screen, and finished there by the press that everybody finishes with.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path
from random import Random

import click

from bot.bootstrap import Office
from bot.world_file import Act
from engine.disclosure.catalogue import Detail
from engine.disclosure.released import PROVINCE, Release, ReleaseKind
from engine.errors import ReleaseRefused, SettingsProblem
from engine.messages import Incoming
from engine.question_types import type_of
from engine.questionnaire import Answer, Question, Questionnaire
from engine.state import AGE_BANDS, CONSENT_VERSION, HOME_ZONE, SEXES, Place, Session, State
from handlers.close_round import Closing, close_round
from handlers.converse import converse
from handlers.count_ballots import flush_ballots
from handlers.release_files import Scope, everything, written_document
from handlers.rounds import open_round, set_floods
from handlers.seal_round import SealOrder, seal_round
from handlers.staff import COMMAND_LINE
from storage.database import Transaction
from storage.releases import load_file, load_last_release
from storage.rounds import load_rounds
from storage.states import create_account, has_accounts, save_state

CHANNEL = "web"
"""Where one cannot write first: nothing that is sent in a made-up province goes anywhere."""
MORNING, EVENING = time(8), time(20)
_GROUP = 200
"""Acts in one transaction."""


@dataclass
class Replay:
    """A world on its way through an empty database. `out` gets `release-<n>.json` and `.xlsx`.

    `all_files`: of the last release every file is kept, as of a real one.
    """

    office: Office
    out: Path
    detail: Detail = "fine"
    all_files: bool = False
    leaves_out_floods: bool = False
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    _last_seal: int = 0
    _random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 -- a made-up world must come out the same

    def run(self, acts: Sequence[Act]) -> None:
        """Lives through all of it. SettingsProblem if the database is not empty or a line cannot be done."""
        self.office.run(self._check_empty)
        self.out.mkdir(parents=True, exist_ok=True)
        self._last_seal = max((act.line for act in acts if act.act in ("seal", "close")), default=0)
        for day, of_day in groupby(acts, key=lambda act: act.day):
            self._live(day, list(of_day))

    def _check_empty(self, transaction: Transaction) -> None:
        rounds = load_rounds(transaction)
        is_new = load_last_release(transaction) is None and all(each.state == "open" for each in rounds)
        if has_accounts(transaction) or not is_new:
            raise SettingsProblem(
                "this database is not empty; a made-up world needs one of its own: set HOCTAP_DATA (or"
                " HOCTAP_DATABASE_URL) and HOCTAP_KEY_DIR to new ones"
            )

    def _live(self, day: date, acts: list[Act]) -> None:
        self._open(day)
        self.now = _at(day, MORNING)
        for is_of_people, some in groupby(acts, key=lambda act: act.act in ("submit", "flood", "erase")):
            if is_of_people:
                self._live_morning(list(some))
                continue
            for act in some:
                self.now = max(self.now + timedelta(hours=1), _at(day, EVENING))
                self._seal(act)

    def _open(self, day: date) -> None:
        if day.year not in {each.year for each in self.office.run(load_rounds)}:
            work = partial(
                open_round,
                keys=self.office.keys,
                year=day.year,
                detail=self.detail,
                today=day,
                draw_bytes=secrets.token_bytes,
            )
            self.office.run(work)
            decide = partial(
                set_floods, year=day.year, now=self.now, who=COMMAND_LINE, leaves_out=self.leaves_out_floods
            )
            self.office.run(decide)

    def _live_morning(self, acts: list[Act]) -> None:
        for first in range(0, len(acts), _GROUP):
            with self.office.database.transaction() as transaction:
                for act in acts[first : first + _GROUP]:
                    self.now += timedelta(seconds=1)
                    (self._erase if act.act == "erase" else self._submit)(transaction, act)
                transaction.has_erased = False  # the files are written anew at every seal
            self.office.run(
                partial(flush_ballots, keys=self.office.keys, now=self.now, shuffle=self._random.shuffle)
            )

    def _submit(self, transaction: Transaction, act: Act) -> None:
        session = Session(
            person=0,
            form=act.form,
            version=self._forms[act.form].version,
            round=act.day.year,
            started_at=self.now,
            answers=self._answers(act),
            sex=next(sex for sex in SEXES if sex == act.sex),
            age=next(age for age in AGE_BANDS if age == act.age),
        )
        flood_round = act.day.year if act.act == "flood" else None
        before = create_account(transaction, CHANNEL, address_of(act.person), flood_round)
        account = replace(
            before.account,
            commune=act.commune,
            place=Place("review"),
            consent_version=CONSENT_VERSION,
            consented_at=self.now,
        )
        save_state(transaction, before, State(account, before.sessions).with_session(session))
        self._press(
            transaction, act, Incoming(CHANNEL, address_of(act.person), action="finish"), "session_finished"
        )

    def _erase(self, transaction: Transaction, act: Act) -> None:
        address = address_of(act.person)
        self._press(transaction, act, Incoming(CHANNEL, address, text="/erase"), None)
        self._press(transaction, act, Incoming(CHANNEL, address, action="erase_all"), "account_erased")

    def _press(self, transaction: Transaction, act: Act, incoming: Incoming, event: str | None) -> None:
        office = self.office
        reply = converse(transaction, office.handbook, office.keys, incoming, self.now)
        if event and event not in reply.events:
            raise SettingsProblem(f"line {act.line}: {act.act} of {act.person} did not happen: {reply.events}")

    def _answers(self, act: Act) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for indicator, points in zip(self.office.handbook.criteria.indicators, act.scores, strict=True):
            found = self._ways[act.form, indicator.number].get(points)
            if found is None:
                raise SettingsProblem(
                    f"line {act.line}: the form {act.form} cannot give {points} points in i{indicator.number}"
                )
            answers |= found
        return answers

    @cached_property
    def _forms(self) -> Mapping[str, Questionnaire]:
        return self.office.handbook.forms

    @cached_property
    def _ways(self) -> dict[tuple[str, int], dict[int, dict[str, Answer]]]:
        """Form and indicator → points → answers that give them."""
        numbers = [indicator.number for indicator in self.office.handbook.criteria.indicators]
        return {
            (form.form, number): ways_to_points([each for each in form.questions if each.indicator == number])
            for form in self._forms.values()
            for number in numbers
        }

    def _seal(self, act: Act) -> None:
        kind: ReleaseKind = "final" if act.act == "close" else "interim"
        is_whole = self.all_files and act.line == self._last_seal
        scope = everything(self.office.handbook) if is_whole else Scope([PROVINCE], ("xlsx", "json"))
        token = self._random.randbytes(16).hex()
        order = SealOrder(act.day.year, kind, token, "world", by_schedule=True, scope=scope)
        office, shuffle = self.office, self._random.shuffle
        if kind == "final":
            closing = Closing(
                office.run, office.database.rewrite, office.handbook, office.keys, shuffle, click.echo
            )
            close_round(closing, order, ("world", "world"), self.now)
        else:
            try:
                seal_round(office.run, office.handbook, office.keys, order, self.now, shuffle)
            except ReleaseRefused as refused:
                click.echo(f"{act.day}: {refused}")
                return
            office.database.rewrite()
        last = office.run(partial(load_last_release, round_=act.day.year))
        if last is not None and last.kind == kind:
            self._write(last)

    def _write(self, release: Release) -> None:
        workbook = self.office.run(partial(load_file, of=release, unit=PROVINCE, file_format="xlsx", language="vi"))
        path = self.out / f"release-{release.number}.json"
        path.write_bytes(written_document(release))
        if workbook is not None:
            path.with_suffix(".xlsx").write_bytes(workbook)
        click.echo(f"{release.as_of}: release {release.number} ({release.kind}), n {release.province.n} → {path}")


def address_of(person: str) -> str:
    """Made-up people come as browsers do: the database knows a hash of them."""
    return hashlib.sha256(f"{CHANNEL}|{person}".encode()).hexdigest()


def ways_to_points(questions: Sequence[Question]) -> dict[int, dict[str, Answer]]:
    """Points of some single-choice questions together → answers that give them."""
    ways: dict[int, dict[str, Answer]] = {0: {}}
    for question in questions:
        options = range(1, len(question.options) + 1)
        ways = {
            points + type_of(question).points(question, option): {**answers, question.id: option}
            for points, answers in ways.items()
            for option in options
        }
    return ways


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, HOME_ZONE).astimezone(UTC)
