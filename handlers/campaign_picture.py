"""The picture of a campaign, for those to whom it is sent and for officers."""

from engine.errors import NotFound
from engine.messages import File
from handlers.attachments import load_for_attachment
from handlers.staff import may
from storage.campaigns import load_picture
from storage.database import Transaction
from storage.deliveries import is_sent_picture


def load_campaign_picture(transaction: Transaction, channel: str, address: str, number: int) -> File:
    """A picture by its number. NotFound for everybody who is not among its recipients, and no officer."""
    state = load_for_attachment(transaction, channel, address)
    is_officer = may(state.staff, "campaigns")
    if not is_officer and not is_sent_picture(transaction, state.account.id or 0, number):
        raise NotFound
    media_type, content = load_picture(transaction, number)
    return File(f"campaign-{number}.{media_type.partition('/')[2]}", media_type, content)
