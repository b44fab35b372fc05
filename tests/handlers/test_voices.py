"""Keeping recordings of questions: which are there, which are missing, what is audited, what is refused."""

from dataclasses import replace
from functools import partial

import pytest

from engine.errors import NotFound, Refused
from engine.handbook import Handbook
from engine.voices import fingerprint
from handlers.in_force import read_in_force
from handlers.voices import (
    MOST_LANGUAGES,
    Spot,
    add_language,
    keep_recording,
    load_recording,
    remove_language,
    remove_recording,
    voice_languages,
    voice_sheet,
)
from storage.database import Database
from storage.settings_kept import load_edition
from storage.staff import load_audit
from tests.campaigns import run
from tests.chats import Clock, handbook
from tests.recordings import FIRST, OFFICER, mp3, record, recorded

NOW = Clock().now
FARMER = handbook().forms["farmer"]


def audited(database: Database) -> list[tuple[str, str, str]]:
    return [(each.who, each.action, each.about) for each in reversed(run(database, partial(load_audit, most=20)))]


def numbers(its_handbook: Handbook) -> dict[str, int]:
    return its_handbook.voices.of(FARMER.questions[0])


def test_a_recording_is_kept_and_played(database: Database) -> None:
    spoken = record(database, handbook(), FIRST)
    [number] = numbers(spoken).values()
    file = run(database, partial(load_recording, number=number))
    assert (file.media_type, file.content) == ("audio/mpeg", mp3(3.0))
    assert audited(database) == [("staff 7", "voice_kept", "farmer q01 in vi")]


def test_it_is_in_force_everywhere_at_once(database: Database) -> None:
    before = run(database, load_edition)
    record(database, handbook(), FIRST)
    assert run(database, load_edition) > before
    assert numbers(run(database, partial(read_in_force, shipped=handbook())))


def test_another_one_takes_its_place_under_a_new_number(database: Database) -> None:
    first = numbers(record(database, handbook(), FIRST))["vi"]
    second = numbers(record(database, handbook(), FIRST))["vi"]
    assert second > first
    with pytest.raises(NotFound):
        run(database, partial(load_recording, number=first))


def test_the_number_of_one_that_was_removed_never_comes_again(database: Database) -> None:
    first = numbers(record(database, handbook(), FIRST))["vi"]
    remove = partial(remove_recording, handbook=handbook(), by=OFFICER, spot=FIRST, now=NOW)
    run(database, remove)
    assert numbers(run(database, partial(read_in_force, shipped=handbook()))) == {}
    assert numbers(record(database, handbook(), FIRST))["vi"] > first
    assert [action for _, action, _ in audited(database)] == ["voice_kept", "voice_removed", "voice_kept"]


def test_what_is_not_there_cannot_be_removed(database: Database) -> None:
    with pytest.raises(NotFound):
        run(database, partial(remove_recording, handbook=handbook(), by=OFFICER, spot=FIRST, now=NOW))
    assert audited(database) == []


@pytest.mark.parametrize(
    "spot",
    [Spot("teacher", "q01", "vi"), Spot("farmer", "q99", "vi"), Spot("farmer", "q01", "blt"), Spot("", "", "")],
)
def test_there_is_no_such_question_or_language(database: Database, spot: Spot) -> None:
    keep = partial(keep_recording, handbook=handbook(), by=OFFICER, spot=spot, recording=recorded(), now=NOW)
    with pytest.raises(NotFound):
        run(database, keep)
    with pytest.raises(NotFound):
        run(database, partial(remove_recording, handbook=handbook(), by=OFFICER, spot=spot, now=NOW))


def test_the_sheet_says_what_is_there_and_what_is_missing(database: Database) -> None:
    record(database, handbook(), FIRST, Spot("farmer", "q02", "blt"), blt="Thái")
    sheet = run(database, partial(voice_sheet, handbook=handbook(), form="farmer", language="vi"))
    assert [line.question.id for line in sheet.lines if line.kept] == ["q01"]
    kept = sheet.lines[0].kept
    assert kept
    assert (kept.seconds, kept.kept_at) == (3, NOW)
    assert sheet.lines[0].words[0] == FARMER.questions[0].text
    assert (sheet.missing["farmer", "vi"], sheet.missing["farmer", "blt"]) == (19, 19)
    assert set(sheet.missing) == {(form, language) for form in handbook().forms for language in ("vi", "blt")}


@pytest.mark.parametrize(("form", "language"), [("teacher", "vi"), ("farmer", "blt"), ("farmer", "en")])
def test_there_is_no_such_sheet(database: Database, form: str, language: str) -> None:
    with pytest.raises(NotFound):
        run(database, partial(voice_sheet, handbook=handbook(), form=form, language=language))


def test_two_forms_that_ask_the_same_share_a_recording(database: Database) -> None:
    worker = handbook().forms["worker"]
    same = replace(worker, questions=(FARMER.questions[0], *worker.questions[1:]))
    others = tuple(each for each in handbook().questionnaires if each.form != "worker")
    shared = replace(handbook(), questionnaires=(*others, same))
    record(database, shared, FIRST)
    sheet = run(database, partial(voice_sheet, handbook=shared, form="worker", language="vi"))
    assert sheet.lines[0].kept
    assert FARMER.title in sheet.lines[0].shared_with


def test_a_question_with_other_words_has_none(database: Database) -> None:
    spoken = record(database, handbook(), FIRST)
    changed = replace(FARMER.questions[0], text="Một câu khác?")
    assert fingerprint(changed) not in spoken.voices.recordings


def test_a_language_is_added_and_called_by_another_name(database: Database) -> None:
    record(database, handbook(), blt="Thái", hmn="  Mông\n Lềnh ")
    record(database, handbook(), blt="Tiếng Thái")
    languages = run(database, partial(voice_languages, handbook=handbook()))
    assert languages == {"vi": "Tiếng Việt", "blt": "Tiếng Thái", "hmn": "Mông Lềnh"}
    assert audited(database)[0] == ("staff 7", "voice_language_added", "blt")


@pytest.mark.parametrize(
    ("code", "name", "key"),
    [
        ("vi", "Tiếng Việt", "console.voice.code"),
        ("", "Thái", "console.voice.code"),
        ("thai", "Thái", "console.voice.code"),
        ("b:t", "Thái", "console.voice.code"),
        ("blt", "", "console.voice.name"),
        ("blt", "   ", "console.voice.name"),
        ("blt", "T" * 21, "console.voice.name"),
        ("blt", "Th\u202eái", "console.voice.name"),
        ("blt", "Th\x00ái", "console.voice.name"),
    ],
)
def test_what_is_no_language_is_refused(database: Database, code: str, name: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        run(database, partial(add_language, handbook=handbook(), by=OFFICER, code=code, name=name, now=NOW))
    assert refused.value.key == key
    assert list(run(database, partial(voice_languages, handbook=handbook()))) == ["vi"]


def test_there_are_not_more_languages_than_fit_on_a_screen(database: Database) -> None:
    codes = [f"a{letter}" for letter in "bcdefghijklmnop"[:MOST_LANGUAGES]]
    record(database, handbook(), **dict.fromkeys(codes, "Tên"))
    record(database, handbook(), **{codes[0]: "Tên khác"})
    with pytest.raises(Refused, match=r"console\.voice\.too_many"):
        record(database, handbook(), hmn="Mông")


def test_a_language_goes_only_when_nothing_is_recorded_in_it(database: Database) -> None:
    spot = Spot("farmer", "q01", "blt")
    record(database, handbook(), spot, blt="Thái")
    remove = partial(remove_language, by=OFFICER, code="blt", now=NOW)
    with pytest.raises(Refused, match=r"console\.voice\.has_recordings"):
        run(database, remove)
    run(database, partial(remove_recording, handbook=handbook(), by=OFFICER, spot=spot, now=NOW))
    run(database, remove)
    assert list(run(database, partial(voice_languages, handbook=handbook()))) == ["vi"]
    with pytest.raises(NotFound):
        run(database, remove)
