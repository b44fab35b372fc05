"""Recordings of questions: which there are and which are missing, keeping and removing them, languages for them."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from engine.errors import NotFound, Refused
from engine.handbook import Handbook
from engine.messages import File
from engine.questionnaire import Question, Questionnaire
from engine.recordings import MEDIA_TYPE, Recording
from engine.voices import Voices, fingerprint, read_out
from handlers.staff import Access
from storage.database import Transaction
from storage.settings_kept import raise_edition
from storage.staff import write_audit
from storage.voices import (
    KeptVoice,
    keep_voice,
    load_sound,
    load_voice_languages,
    load_voices,
    remove_voice,
    save_voice_languages,
)

MOST_LANGUAGES = 12
LONGEST_NAME = 20
"""Characters of a language's name: it stands on a button."""

_CODE = re.compile(r"[a-z]{2,3}")
"""As for catalogues: https://iso639-3.sil.org/, such as blt (Thái Đen), hmn (Mông), mtq (Mường)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a recording belongs, as somebody at the console chose it."""

    form: str
    question: str
    language: str


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """One question of a form: what is read out, and the recording of it if there is one.

    `shared_with` are the titles of other forms that ask just the same: they share the recording.
    """

    question: Question
    words: tuple[str, ...]
    kept: KeptVoice | None
    shared_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoiceSheet:
    """A form in one of the languages. `missing`: (form, language) → how many questions have no recording."""

    form: Questionnaire
    language: str
    languages: dict[str, str]
    lines: tuple[VoiceLine, ...]
    missing: dict[tuple[str, str], int]


def with_voices(transaction: Transaction, handbook: Handbook) -> Handbook:
    """The handbook with the recordings that there are."""
    recordings: dict[str, dict[str, int]] = {}
    for kept in load_voices(transaction):
        recordings.setdefault(kept.words, {})[kept.language] = kept.number
    return replace(handbook, voices=Voices(voice_languages(transaction, handbook), recordings))


def voice_languages(transaction: Transaction, handbook: Handbook) -> dict[str, str]:
    """Code → name: the language of the content first, then those that the association has added."""
    return {handbook.first_language: handbook.speak(None).name, **load_voice_languages(transaction)}


def voice_sheet(transaction: Transaction, handbook: Handbook, form: str, language: str) -> VoiceSheet:
    """The questions of a form and their recordings. NotFound if there is no such form or language."""
    languages = voice_languages(transaction, handbook)
    questionnaire = handbook.forms.get(form)
    if questionnaire is None or language not in languages:
        raise NotFound
    kept = {(each.words, each.language): each for each in load_voices(transaction)}
    lines = tuple(
        VoiceLine(each, read_out(each), kept.get((fingerprint(each), language)), _others(handbook, form, each))
        for each in questionnaire.questions
    )
    missing = {
        (each.form, code): sum((fingerprint(question), code) not in kept for question in each.questions)
        for each in handbook.forms.values()
        for code in languages
    }
    return VoiceSheet(questionnaire, language, languages, lines, missing)


def keep_recording(
    transaction: Transaction, handbook: Handbook, by: Access, spot: Spot, recording: Recording, now: datetime
) -> int:
    """Keeps it in place of the one before; returns its number. NotFound: there is no such question or language."""
    words = _words_at(transaction, handbook, spot)
    seconds = round(recording.seconds)
    number = keep_voice(transaction, words, spot.language, recording.content, seconds, now)
    _note_change(transaction, by, "voice_kept", spot, now)
    return number


def remove_recording(transaction: Transaction, handbook: Handbook, by: Access, spot: Spot, now: datetime) -> None:
    """Citizens have no button for it any more. NotFound if there is none."""
    if not remove_voice(transaction, _words_at(transaction, handbook, spot), spot.language):
        raise NotFound
    _note_change(transaction, by, "voice_removed", spot, now)


def load_recording(transaction: Transaction, number: int) -> File:
    """A recording to be played. Everybody may hear it: questions are no secret. NotFound if there is none."""
    content = load_sound(transaction, number)
    if content is None:
        raise NotFound
    return File(f"question-{number}.mp3", MEDIA_TYPE, content)


def add_language(
    transaction: Transaction, handbook: Handbook, by: Access, code: str, name: str, now: datetime
) -> None:
    """Offers a language for recordings, or calls it by another name. Refused says what is wrong with it."""
    code, name = code.strip().lower(), " ".join(unicodedata.normalize("NFC", name).split())
    if not _CODE.fullmatch(code) or code == handbook.first_language:
        raise Refused("console.voice.code")
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("console.voice.name", most=LONGEST_NAME)
    languages = load_voice_languages(transaction)
    if code not in languages and len(languages) >= MOST_LANGUAGES:
        raise Refused("console.voice.too_many", most=MOST_LANGUAGES)
    save_voice_languages(transaction, {**languages, code: name})
    raise_edition(transaction)
    write_audit(transaction, now, by.who, "voice_language_added", code)


def remove_language(transaction: Transaction, by: Access, code: str, now: datetime) -> None:
    """Takes back a language that was added. NotFound if it was not; Refused while there are recordings in it."""
    languages = load_voice_languages(transaction)
    if code not in languages:
        raise NotFound
    if any(kept.language == code for kept in load_voices(transaction)):
        raise Refused("console.voice.has_recordings")
    save_voice_languages(transaction, {each: name for each, name in languages.items() if each != code})
    raise_edition(transaction)
    write_audit(transaction, now, by.who, "voice_language_removed", code)


def _words_at(transaction: Transaction, handbook: Handbook, spot: Spot) -> str:
    form = handbook.forms.get(spot.form)
    question = form.by_id.get(spot.question) if form else None
    if question is None or spot.language not in voice_languages(transaction, handbook):
        raise NotFound
    return fingerprint(question)


def _others(handbook: Handbook, form: str, question: Question) -> tuple[str, ...]:
    words = fingerprint(question)
    others = (each for each in handbook.forms.values() if each.form != form)
    return tuple(each.title for each in others if any(fingerprint(asked) == words for asked in each.questions))


def _note_change(transaction: Transaction, by: Access, action: str, spot: Spot, now: datetime) -> None:
    raise_edition(transaction)
    write_audit(transaction, now, by.who, action, f"{spot.form} {spot.question} in {spot.language}")
