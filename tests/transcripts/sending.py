"""What happens to campaigns around a chat: people who may get one, requests, copies that leave."""

from collections import Counter
from dataclasses import replace

from sqlalchemy import select, update

from engine.campaigns.life import ON_THEIR_WAY, Campaign
from engine.campaigns.writing import Writer
from engine.messages import Screen
from engine.state import Account
from storage.campaigns import load_campaigns, move_counts, save_campaign
from storage.database import Transaction
from storage.tables import delivery
from tests.campaigns import add_people, deliver, run, tend
from tests.chats import Chat, handbook
from tests.telegram import TelegramChat


def bring_people(chat: Chat, count: int, commune: str, channel: str) -> None:
    """Citizens who have agreed and have not begun. On Telegram they have chats that messages reach."""
    if isinstance(chat, TelegramChat) and channel == "telegram":
        people = [chat.server.telegram.person() for _ in range(count)]
        for person in people:
            person.chat.refusal = ""  # as after /start
        addresses = [str(person.chat_id) for person in people]
    else:
        addresses = [f"{channel} {commune} {place}" for place in range(count)]
    add_people(chat.database, addresses, chat.clock.now, communes=[commune], channel=channel)


def receive_notice(chat: Chat) -> Screen:
    """The newest notice to officers, which waits to be sent, as one of them sees it. It is not sent once more."""
    notice = run(chat.database, lambda transaction: load_campaigns(transaction, kinds=("notice",), most=1))[0]
    run(chat.database, lambda transaction: save_campaign(transaction, replace(notice, state="cancelled")))
    [screen] = Writer(handbook(), notice, chat.clock.now).copy(Account("", "", language="vi"), None)
    if isinstance(chat, TelegramChat):
        chat.receive({button.label: button.action for button in screen.flat_buttons})
    return screen


def write_audiences_down(chat: Chat) -> None:
    """What is approved gets its recipients."""
    tend(chat.database, handbook(), chat.clock.now)


def send_everything(chat: Chat) -> None:
    """All copies that may leave at this moment; on Telegram, its own sender sends them."""
    tend(chat.database, handbook(), chat.clock.now)
    if isinstance(chat, TelegramChat):
        chat.server.telegram.wait(lambda _: not run(chat.database, _to_go), seconds=30)
    else:
        deliver(chat.database, handbook(), chat.clock.now)
    tend(chat.database, handbook(), chat.clock.now)


def _to_go(transaction: Transaction) -> int:
    return sum(each.counts.to_go for each in load_campaigns(transaction, states=("sending",)))


def lose_an_answer(chat: Chat) -> None:
    """Of one copy that has not been sent nobody knows any more whether it was."""
    run(chat.database, _doubt_one)


def _doubt_one(transaction: Transaction) -> None:
    campaign: Campaign = load_campaigns(transaction, states=ON_THEIR_WAY, kinds=("campaign",))[0]
    these = (delivery.c.campaign_id == campaign.id, delivery.c.state == "planned")
    place = transaction.connection.execute(select(delivery.c.place).where(*these).limit(1)).scalar_one()
    one = update(delivery).where(*these, delivery.c.place == place).values(state="in_doubt")
    transaction.connection.execute(one)
    move_counts(transaction, Counter({(campaign.id, "planned", "in_doubt"): 1}))
