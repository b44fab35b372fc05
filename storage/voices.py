"""Recordings of questions, and the languages that the association has added for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from engine.recordings import MEDIA_TYPE
from storage.database import Transaction
from storage.settings_kept import load_setting, save_setting
from storage.tables import voice

_LANGUAGES = "voice_languages"


@dataclass(frozen=True, slots=True)
class KeptVoice:
    """A recording without its sound. `words` is the fingerprint of what is read out in it."""

    number: int
    words: str
    language: str
    seconds: int
    kept_at: datetime


def load_voices(transaction: Transaction) -> list[KeptVoice]:
    """All of them, the oldest first."""
    about = (voice.c.number, voice.c.words_hash, voice.c.language, voice.c.seconds, voice.c.kept_at)
    rows = transaction.connection.execute(select(*about).order_by(voice.c.number))
    return [KeptVoice(*row) for row in rows]


def load_sound(transaction: Transaction, number: int) -> bytes | None:
    """What is heard in a recording; None if there is no such recording."""
    query = select(voice.c.content).where(voice.c.number == number)
    return transaction.connection.execute(query).scalar()


def keep_voice(
    transaction: Transaction, words: str, language: str, content: bytes, seconds: int, now: datetime
) -> int:
    """Keeps a recording in place of the one before, under a number that no other has ever had."""
    connection = transaction.connection
    connection.execute(delete(voice).where(voice.c.words_hash == words, voice.c.language == language))
    values = {"words_hash": words, "language": language, "media_type": MEDIA_TYPE, "seconds": seconds}
    added = insert(voice).values(**values, content=content, kept_at=now).returning(voice.c.number)
    return int(connection.execute(added).scalar_one())


def remove_voice(transaction: Transaction, words: str, language: str) -> bool:
    """Whether there was one."""
    gone = delete(voice).where(voice.c.words_hash == words, voice.c.language == language)
    return bool(transaction.connection.execute(gone).rowcount)


def load_voice_languages(transaction: Transaction) -> dict[str, str]:
    """Code → name, of the languages that were added, in the order in which they were."""
    return dict(load_setting(transaction, _LANGUAGES) or {})


def save_voice_languages(transaction: Transaction, languages: Mapping[str, str]) -> None:
    """Keeps them in place of those before."""
    save_setting(transaction, _LANGUAGES, dict(languages))
