"""Officers, senders, citizens and the clock do things in any order: what must hold of campaigns always holds."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import delete, select

from engine.campaigns.audience import AudienceRule
from engine.campaigns.hours import Hours
from engine.campaigns.ledger import DeliveryState, Key, Outcome
from engine.campaigns.life import STEPS, Campaign, CampaignState, Step
from engine.campaigns.message import Message
from engine.campaigns.rules import SendingRules
from engine.errors import CampaignRefused
from engine.handbook import Handbook
from engine.state import State, Unreachable
from handlers.campaigns import Desk
from handlers.deliver import Parcel, exchange
from handlers.reachability import note_reachability
from handlers.senders import doubt_lost, give_back
from handlers.show_waiting import show_waiting
from handlers.tend_campaigns import tend_campaigns
from storage.campaigns import load_campaigns
from storage.database import Database, Transaction, open_database
from storage.states import load_state, save_state
from storage.tables import account, delivery, metadata
from tests.campaigns import add_officer, add_people, approved, check_sums, deliver, run, state_of, tend
from tests.chats import handbook

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)
"""Nine o'clock at home."""
MOST_ALONE = 3
CITIZENS = {"telegram": 2, "web": 1}
SENDERS, OFFICERS, CAMPAIGNS = 2, 2, 2
"""Few of each: what goes wrong does so where two things happen to the same one."""
AUTOMATIC: frozenset[Step] = frozenset({"freeze", "start", "finish", "again"})
"""What a campaign does by itself; it goes on after its end if a sender that was taken for dead is heard of."""

senders = st.integers(0, SENDERS - 1)
officers = st.integers(0, OFFICERS - 1)
campaigns = st.integers(0, CAMPAIGNS - 1)
citizens = st.sampled_from([(channel, str(place)) for channel, many in CITIZENS.items() for place in range(many)])
rooms = st.integers(1, 6)
fates = st.sampled_from(["sent", "sent", "planned", "refused", "unreachable", "arrived in doubt", "lost in doubt"])


@cache
def strict_handbook() -> Handbook:
    """A second officer is needed early."""
    return replace(handbook(), rules=SendingRules(most_alone=MOST_ALONE))


@cache
def memory() -> Database:
    """Made once: that takes longer than most of what happens in it."""
    return open_database("sqlite://")


@dataclass
class Sender:
    """What a process knows: copies that have not left, and what came of those that have.

    `is_unsure`: the ledger's last answer was lost.
    """

    name: str
    held: dict[Key, Parcel] = field(default_factory=dict)
    told: list[tuple[Key, Outcome]] = field(default_factory=list)
    is_unsure: bool = False


class Campaigns(RuleBasedStateMachine):
    """The order in which things happen is chosen by chance."""

    @initialize()
    def begin(self) -> None:
        self.database, self.now, self.turn, self.born = memory(), MORNING, 0, 0
        with self.database.transaction() as transaction:
            for table in reversed(metadata.sorted_tables):
                transaction.connection.execute(delete(table))
        for channel, many in CITIZENS.items():
            add_people(self.database, range(many), MORNING, channel=channel)
        desks = add_people(self.database, ["officer a", "officer b"], MORNING)
        self.officers = [add_officer(self.database, number) for number in desks]
        self.senders = [self._new_sender() for _ in range(SENDERS)]
        self.known: dict[int, Campaign] = {}
        self.copies: Counter[tuple[int, str]] = Counter()
        self.may_have: Counter[tuple[int, str]] = Counter()
        """How many copies somebody may have more than one, because an officer decided so."""
        self.stopped: set[str] = set()
        for place in range(CAMPAIGNS):
            message = Message({"vi": f"Tin {place}."})
            self._at_desk(0, lambda desk, message=message: desk.create("Tin", message))  # type: ignore[misc]
        self.drafts = sorted(self.known)
        self.launch(0)

    # ---- officers -------------------------------------------------------------------------------------------

    @rule(officer=officers, place=campaigns, communes=st.sampled_from([(), ("03667",)]), first=st.integers(6, 9))
    def edit(self, officer: int, place: int, communes: tuple[str, ...], first: int) -> None:
        fields = {
            "audience": AudienceRule(communes=communes),
            "hours": Hours(MORNING.time().replace(hour=first), MORNING.time().replace(hour=20)),
        }
        self._at_desk(officer, lambda desk: desk.change(self.drafts[place], **fields), "edit")

    @rule(officer=officers, place=campaigns)
    def submit(self, officer: int, place: int) -> None:
        self._at_desk(officer, lambda desk: desk.test(self.drafts[place], "vi"))
        self._at_desk(officer, lambda desk: desk.submit(self.drafts[place]), "submit")

    @rule(officer=officers, place=campaigns)
    def send_back(self, officer: int, place: int) -> None:
        self._at_desk(officer, lambda desk: desk.send_back(self.drafts[place]), "return")

    @rule(officer=officers, place=campaigns)
    def approve(self, officer: int, place: int) -> None:
        self._at_desk(officer, lambda desk: desk.approve(self.drafts[place]), "approve")

    @rule(place=campaigns)
    def launch(self, place: int) -> None:
        """The whole way at once, else chance would hardly ever get beyond the approval."""
        self.submit(0, place)
        self.approve(1, place)
        self.tend()

    @rule(officer=officers, place=campaigns)
    def pause(self, officer: int, place: int) -> None:
        self._at_desk(officer, lambda desk: desk.pause(self.drafts[place]), "pause")

    @rule(officer=officers, place=campaigns)
    def resume(self, officer: int, place: int) -> None:
        self._at_desk(officer, lambda desk: desk.resume(self.drafts[place]), "resume")

    @rule(officer=officers, place=campaigns)
    def cancel(self, officer: int, place: int) -> None:
        self._at_desk(officer, lambda desk: desk.cancel(self.drafts[place]), "cancel")

    @precondition(lambda self: self._count("in_doubt"))
    @rule(officer=officers, place=campaigns)
    def send_doubted_again(self, officer: int, place: int) -> None:
        number = self.drafts[place]
        doubted = [address for address, state in self._rows(number) if state == "in_doubt"]
        if self._at_desk(officer, lambda desk: desk.send_doubted_again(number), "again"):
            self.may_have.update((number, address) for address in doubted)

    # ---- what sends -----------------------------------------------------------------------------------------

    @rule()
    def tend(self) -> None:
        work = partial(tend_campaigns, handbook=strict_handbook(), now=self.now)
        while self._do(work, AUTOMATIC):
            pass
        assert not [each.id for each in self.known.values() if each.is_over and each.counts.planned]

    @rule(sender=senders, room=rooms)
    def exchange(self, sender: int, room: int) -> None:
        """Says what came of copies, and gets some more."""
        this = self._hand_in(sender)
        for parcel in self._exchange(this, room):
            self._check_may_be_sent(parcel)
            this.held[parcel.key] = parcel
        this.told.clear()

    @rule(sender=senders, room=rooms)
    def exchange_in_vain(self, sender: int, room: int) -> None:
        """The ledger's answer is lost."""
        this = self._hand_in(sender)
        self._exchange(this, room)
        this.is_unsure = True

    @precondition(lambda self: any(each.held for each in self.senders))
    @rule(sender=senders, fate=fates, most=rooms)
    def leave(self, sender: int, fate: str, most: int) -> None:
        """Copies leave, if they still may."""
        this = self.senders[sender]
        for key, parcel in list(this.held.items())[:most]:
            del this.held[key]
            outcome = self._push(parcel, fate) if self.now < parcel.until else Outcome("planned")
            this.told.append((key, outcome))

    @precondition(lambda self: self._count("claimed"))
    @rule(sender=senders, has_left=st.booleans())
    def kill(self, sender: int, has_left: bool) -> None:
        """With copies in its hands, of which nobody knows whether they have left."""
        this = self.senders[sender]
        if has_left:
            self.leave(sender, "sent", len(this.held))
        self.senders[sender] = self._new_sender()
        self.take_for_dead([each.name for each in self.senders])

    @precondition(lambda self: self._count("claimed"))
    @rule(alive=st.just([]))
    def take_for_dead(self, alive: list[str]) -> None:
        """They were only slow, and will be heard of again."""
        self._do(partial(doubt_lost, alive=alive))

    # ---- citizens, and time ---------------------------------------------------------------------------------

    @rule(citizen=citizens)
    def erase(self, citizen: tuple[str, str]) -> None:
        self._change(citizen, lambda state: None)

    @rule(citizen=citizens)
    def stop(self, citizen: tuple[str, str]) -> None:
        self._change(citizen, lambda state: replace(state, account=replace(state.account, reminders="stopped")))
        self.stopped.add(self._name(*citizen))

    @rule(citizen=citizens, unreachable=st.sampled_from(["blocked", None]))
    def change_reachability(self, citizen: tuple[str, str], unreachable: Unreachable | None) -> None:
        channel, address = citizen
        self._do(partial(note_reachability, channel=channel, address=address, unreachable=unreachable))

    @rule(place=st.integers(0, CITIZENS["web"] - 1))
    def visit(self, place: int) -> None:
        """Somebody opens the chat on the web, and reads what has waited."""

        def look(transaction: Transaction) -> tuple[str, ...]:
            state = load_state(transaction, "web", str(place))
            if state is None:
                return ()
            screens = show_waiting(transaction, strict_handbook(), state, self.now, repeats=False)
            return tuple(str(screen.html) for screen in screens)

        for shown in self._do(look):
            assert self._name("web", str(place)) not in self.stopped
            self._arrive(
                self.drafts[int(shown.removeprefix("Tin ").removesuffix("."))], self._name("web", str(place))
            )

    @rule(much=st.sampled_from([timedelta(minutes=20), timedelta(hours=2), timedelta(hours=7), timedelta(days=5)]))
    def wait(self, much: timedelta) -> None:
        self.now += much

    # ---- what must hold -------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """All that is left to do is done; then nobody is left over, and everybody is in the right state."""
        if not hasattr(self, "senders"):
            return
        for sender in range(SENDERS):
            self.leave(sender, "sent", len(self.senders[sender].held))
            self.exchange(sender, 0)
        self.take_for_dead([])
        for place in range(CAMPAIGNS):
            self.resume(0, place)
        self.now += timedelta(days=100)
        self.tend()
        for number, campaign in self.known.items():
            assert campaign.state in ("draft", "submitted", "done", "cancelled")
            assert campaign.counts.to_go == campaign.counts.waiting == 0
            for address, state in self._rows(number):
                self._check_copies(number, address, state)

    def _check_copies(self, number: int, address: str, state: str) -> None:
        copies = self.copies[number, address]
        if state == "sent":
            assert copies >= 1
        elif state != "in_doubt" and not self.may_have[number, address]:
            assert copies == 0

    def _do(self, work: Callable[[Transaction], Any], steps: Collection[Step] = ()) -> Any:
        """Does it in a transaction; campaigns may take these steps at most, and all sums hold."""
        result = run(self.database, work)
        check_sums(self.database)
        assert run(self.database, has_rows_of_nobody) is False
        before = self.known
        self.known = {each.id: each for each in run(self.database, load_campaigns)}
        for number, campaign in self.known.items():
            if was := before.get(number):
                check_change(was, campaign, steps)
            else:
                assert campaign.state == ("draft" if campaign.kind == "campaign" else "approved")
        return result

    def _at_desk(self, officer: int, act: Callable[[Desk], Any], step: Step | None = None) -> Any:
        """Done by an officer; None if it is refused, and then nothing has changed."""

        def work(transaction: Transaction) -> Any:
            return act(Desk(transaction, strict_handbook(), self.officers[officer], self.now))

        try:
            return self._do(work, [step] if step else [])
        except CampaignRefused:
            return None

    def _count(self, state: DeliveryState) -> int:
        return sum(each.counts.of(state) for each in self.known.values())

    def _hand_in(self, sender: int) -> Sender:
        """What a sender does before anything else when it does not know what it has."""
        this = self.senders[sender]
        if this.is_unsure:
            held, told = set(this.held), list(this.told)
            self._do(partial(give_back, sender=this.name, in_hand=held, outcomes=told, now=self.now))
            this.told, this.is_unsure = [], False
        return this

    def _exchange(self, sender: Sender, room: int) -> list[Parcel]:
        self.turn += 1
        work = partial(
            exchange,
            handbook=strict_handbook(),
            sender=sender.name,
            outcomes=list(sender.told),
            room=room,
            turn=self.turn,
            now=self.now,
        )
        parcels: list[Parcel] = self._do(work)
        return parcels

    def _check_may_be_sent(self, parcel: Parcel) -> None:
        campaign = self.known[parcel.key[0]]
        assert campaign.state == "sending"
        assert campaign.starts_at
        assert campaign.starts_at <= self.now
        assert campaign.kind == "notice" or self._name(parcel.channel, parcel.address) not in self.stopped

    def _push(self, parcel: Parcel, fate: str) -> Outcome:
        campaign = self.known[parcel.key[0]]
        assert campaign.hours.is_open(self.now)
        assert campaign.expires_at
        assert self.now < campaign.expires_at
        if fate in ("sent", "arrived in doubt"):
            self._arrive(campaign.id, self._name(parcel.channel, parcel.address))
        if fate.endswith("in doubt"):
            return Outcome("in_doubt")
        return Outcome("unreachable", "blocked") if fate == "unreachable" else Outcome(fate)  # type: ignore[arg-type]

    def _arrive(self, number: int, name: str) -> None:
        self.copies[number, name] += 1
        assert self.copies[number, name] <= 1 + self.may_have[number, name]

    def _change(self, citizen: tuple[str, str], change: Callable[[State], State | None]) -> None:
        def work(transaction: Transaction) -> None:
            if state := load_state(transaction, *citizen):
                save_state(transaction, state, change(state))

        self._do(work)

    def _rows(self, number: int) -> list[tuple[str, str]]:
        """(whose, state) of each recipient who has not erased themself."""
        query = (
            select(account.c.channel, account.c.address, delivery.c.state)
            .join(delivery, delivery.c.account_id == account.c.id)
            .where(delivery.c.campaign_id == number)
        )
        rows = run(self.database, lambda transaction: transaction.connection.execute(query).all())
        return [(self._name(row[0], row[1]), row[2]) for row in rows]

    def _name(self, channel: str, address: str) -> str:
        return f"{channel}:{address}"

    def _new_sender(self) -> Sender:
        self.born += 1
        return Sender(f"sender {self.born}")


def has_rows_of_nobody(transaction: Transaction) -> bool:
    """Whether anything is still to be sent to accounts that were erased."""
    to_go = (delivery.c.account_id.is_(None), delivery.c.state.in_(("planned", "waiting")))
    return transaction.connection.execute(select(delivery.c.place).where(*to_go).limit(1)).first() is not None


def check_change(was: Campaign, campaign: Campaign, steps: Collection[Step]) -> None:
    """No other steps; and from the approval on what is sent to whom does not change."""
    assert campaign.state in reachable(was.state, steps), f"{was.state} → {campaign.state}"
    if was.state not in ("draft", "submitted"):
        assert (campaign.message, campaign.audience) == (was.message, was.audience)
    if was.state not in ("draft", "submitted", "approved"):
        assert campaign.counts.size == was.counts.size
    if (was.state, campaign.state) == ("submitted", "approved"):
        assert campaign.reach
        assert campaign.reach.size <= MOST_ALONE or campaign.approved_by != campaign.submitted_by


def reachable(state: CampaignState, steps: Collection[Step]) -> set[CampaignState]:
    """Where these steps lead."""
    states = {state}
    for _ in steps:
        states |= {after for before, after in map(STEPS.__getitem__, steps) if before & states}
    return states


TestCampaigns = Campaigns.TestCase
TestCampaigns.settings = settings(max_examples=20, stateful_step_count=30)


# ---- what came to light like this, on both databases -------------------------------------------------------------


def claim(database: Database) -> tuple[int, list[Key]]:
    """Two people get a campaign, and a sender has their copies in its hands."""
    add_people(database, ["gone", "here"], MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    work = partial(exchange, handbook=handbook(), sender="a", outcomes=[], room=9, turn=1, now=MORNING)
    return number, [parcel.key for parcel in run(database, work)]


def erase_one(database: Database) -> None:
    with database.transaction() as transaction:
        state = load_state(transaction, "telegram", "gone")
        assert state
        save_state(transaction, state, None)


@pytest.mark.parametrize("how", ["told", "given back", "sent again"])
def test_what_is_nobodys_any_more_is_never_planned_again(database: Database, how: str) -> None:
    """Else nobody would ever send it, and the campaign would not end."""
    number, keys = claim(database)
    if how == "sent again":
        run(database, partial(doubt_lost, alive=[]))
        erase_one(database)
        officer = add_officer(database)
        assert run(database, lambda t: Desk(t, handbook(), officer, MORNING).send_doubted_again(number)) == 1
    else:
        erase_one(database)
        outcomes = [(key, Outcome("planned")) for key in keys] if how == "told" else []
        run(database, partial(give_back, sender="a", in_hand=(), outcomes=outcomes, now=MORNING))
    check_sums(database)
    assert state_of(database, number).counts.planned == 1
    deliver(database, handbook(), MORNING)
    done = state_of(database, number)
    assert done.state == "done"
    assert done.counts.sent == 1


def test_a_campaign_goes_on_after_its_end_if_a_copy_had_not_left_after_all(database: Database) -> None:
    number, keys = claim(database)
    run(database, partial(doubt_lost, alive=[]))
    tend(database, handbook(), MORNING)
    assert state_of(database, number).state == "done"
    outcomes = [(keys[0], Outcome("planned")), (keys[1], Outcome("sent"))]
    run(database, partial(give_back, sender="a", in_hand=(), outcomes=outcomes, now=MORNING))
    tend(database, handbook(), MORNING)
    assert state_of(database, number).state == "sending"
    deliver(database, handbook(), MORNING)
    done = state_of(database, number)
    assert (done.state, done.counts.sent) == ("done", 2)
