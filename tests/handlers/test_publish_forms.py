"""A form is changed by workbook: tried, and published as a new version. On both databases."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from content.workbook import ReadWorkbook
from engine.disclosure.released import PROVINCE
from engine.errors import NotFound, Refused
from engine.handbook import Handbook
from engine.messages import Incoming, Screen
from engine.state import Staff
from handlers.converse import converse
from handlers.in_force import read_in_force
from handlers.look_at_forms import Changes, FormView, download_form, find_form, list_forms, look_at_form
from handlers.publish_forms import digest_of_draft, drop_upload, keep_upload, publish_form, read_upload
from handlers.staff import access
from handlers.try_form import try_form
from storage.settings_kept import load_edition
from storage.staff import load_audit
from tests.chats import FARMER_IN_CHIENG_AN, buttons_of, handbook
from tests.handlers.village import Village
from tests.workbooks import changed

BY = access(Staff("administrator", PROVINCE, 7), "publish")
NEW_QUESTION = ("survey!D2", "Mỗi tuần bạn nghe đài mấy ngày?")
IN_ENGLISH = ("survey!E2", "On how many days a week do you listen to the radio?")


def upload(village: Village, *changes: Any, version: str = "2026.2") -> ReadWorkbook:
    read = read_upload(in_force(village), changed(NEW_QUESTION, IN_ENGLISH, *changes, version=version))
    keep(village, read)
    return read


def keep(village: Village, read: ReadWorkbook) -> None:
    village.run(partial(keep_upload, handbook=handbook(), by=BY, read=read, now=village.clock.now))


def look(village: Village, version: str) -> FormView:
    return village.run(partial(look_at_form, handbook=in_force(village), name="farmer", version=version))


def publish(village: Village) -> str:
    digest = village.run(partial(digest_of_draft, name="farmer"))
    work = partial(publish_form, handbook=handbook(), by=BY, name="farmer", digest=digest, now=village.clock.now)
    return village.run(work)


def in_force(village: Village) -> Handbook:
    return village.run(partial(read_in_force, shipped=handbook()))


def say(village: Village, who: str, *texts: str) -> Screen:
    """As a process hears it that has just read what is in force."""
    screen = None
    for text in texts:
        incoming = Incoming("test", who, text=text)
        work = partial(
            converse, handbook=in_force(village), keys=village.keys, incoming=incoming, now=village.clock.now
        )
        screen = village.run(work).screens[-1]
    assert screen is not None
    return screen


def test_who_has_begun_goes_on_in_the_old_version_and_who_begins_gets_the_new_one(village: Village) -> None:
    say(village, "half-way", *FARMER_IN_CHIENG_AN, "2", "2", "2")
    upload(village)
    assert publish(village) == "2026.2"
    assert "Câu 5/20" in say(village, "half-way", "2").html
    old = handbook().forms["farmer"].questions[0].text
    assert old in say(village, "half-way", *["Quay lại"] * 4).html
    new = say(village, "newcomer", *FARMER_IN_CHIENG_AN)
    assert NEW_QUESTION[1] in new.html
    assert old not in new.html
    english = say(village, "newcomer", "/language", "English", "/start", "Go on")
    assert IN_ENGLISH[1] in english.html


def test_a_finished_assessment_of_an_old_version_is_still_shown(village: Village) -> None:
    say(
        village,
        "done",
        *FARMER_IN_CHIENG_AN,
        *["4"] * 20,
        "khong muon tra loi",
        "khong muon tra loi",
        "xem ket qua",
    )
    upload(village, ("survey!B21", "q30"), ("survey!A21", "select_one q20"))
    publish(village)
    assert say(village, "done", "/result").id == "result"
    assert say(village, "done", "/mydata").id == "my_data"


def test_every_process_reads_it_anew_and_the_audit_says_who(village: Village) -> None:
    before = village.run(load_edition)
    upload(village)
    assert village.run(load_edition) == before  # a draft changes nothing for anybody
    publish(village)
    assert village.run(load_edition) == before + 1
    lines = village.run(partial(load_audit, most=5))
    assert [(each.who, each.action, each.about) for each in lines] == [
        ("staff 7", "form_published", "farmer 2026.2"),
        ("staff 7", "form_uploaded", "farmer 2026.2"),
    ]


def test_a_draft_is_not_in_force(village: Village) -> None:
    upload(village)
    assert in_force(village).forms["farmer"].version == "2026.1"
    assert look(village, "2026.2").standing == "draft"
    assert look(village, "2026.2").changes == Changes(new=(), changed=("q01",), gone=())
    assert look(village, "2026.2").form.questions[0].text == NEW_QUESTION[1]


def test_there_is_one_draft_of_a_form(village: Village) -> None:
    upload(village)
    upload(village, version="2026.3")
    assert [each.version for each in look(village, "2026.1").versions] == ["2026.3", "2026.1"]
    village.run(partial(drop_upload, by=BY, name="farmer", now=village.clock.now))
    with pytest.raises(NotFound):
        look(village, "2026.3")
    with pytest.raises(NotFound):
        publish(village)


def test_only_what_was_looked_at_is_published(village: Village) -> None:
    upload(village)
    seen = village.run(partial(digest_of_draft, name="farmer"))
    upload(village, ("survey!Q2", "another reason"))
    work = partial(publish_form, handbook=handbook(), by=BY, name="farmer", digest=seen, now=village.clock.now)
    with pytest.raises(Refused, match="changed_meanwhile"):
        village.run(work)


def test_a_published_version_never_changes(village: Village) -> None:
    late = read_upload(in_force(village), changed(("survey!D2", "Một câu khác hẳn?"), IN_ENGLISH))
    upload(village)
    publish(village)
    with pytest.raises(Refused, match="not_newer"):
        keep(village, late)
    assert in_force(village).forms["farmer"].questions[0].text == NEW_QUESTION[1]
    again = read_upload(in_force(village), changed(NEW_QUESTION, IN_ENGLISH))
    assert [each.code for each in again.problems] == ["C131"]


def test_what_is_wrong_is_not_kept(village: Village) -> None:
    read = read_upload(handbook(), changed(("survey!C2", "một")))
    with pytest.raises(ValueError, match="without problems"):
        keep(village, read)


def test_a_published_form_comes_back_as_it_was_uploaded(village: Village) -> None:
    read = upload(village, ("survey!R1", "label::Thái Đen (blt)"), ("survey!R2", "ꪁꪫꪸ"), ("survey!Q2", "vì sao"))
    publish(village)
    handbook_now = in_force(village)
    work = partial(
        download_form, handbook=handbook_now, name="farmer", version="2026.2", say=handbook_now.speak("vi")
    )
    file = village.run(work)
    assert file.name == "hoctap-farmer-2026.2.xlsx"
    again = read_upload(handbook(), file.content)
    assert again.problems == ()
    assert again.form == read.form
    with pytest.raises(NotFound):
        village.run(partial(work, version="2099.1"))


def test_versions_and_coverage(village: Village) -> None:
    upload(village)
    publish(village)
    assert [
        (each.version, each.standing, each.published_at is None) for each in look(village, "2026.1").versions
    ] == [
        ("2026.2", "newest", False),
        ("2026.1", "older", True),
    ]
    views = village.run(partial(list_forms, handbook=in_force(village)))
    assert [(each.form.form, each.standing) for each in views] == [
        (name, "newest") for name in ("farmer", "worker", "official", "student")
    ]
    assert views[0].form.version == "2026.2"
    assert views[0].translated["en"].missing == 0
    assert views[0].recorded["vi"].missing == 20
    with pytest.raises(NotFound):
        village.run(partial(look_at_form, handbook=handbook(), name="fisher", version="2026.1"))


def test_a_language_in_which_the_newest_form_is_not_complete_is_not_offered(village: Village) -> None:
    upload(village)
    publish(village)
    french = replace(handbook().speak("en"), language="fr", name="Français")
    shipped = replace(handbook(), languages={**handbook().languages, "fr": french})
    assert list(village.run(partial(read_in_force, shipped=shipped)).languages) == ["vi", "en"]
    assert "fr" in village.run(partial(look_at_form, handbook=shipped, name="worker", version="2026.1")).languages


def test_the_draft_can_be_tried_and_leaves_nothing(village: Village) -> None:
    upload(village)
    draft = village.run(partial(find_form, handbook=handbook(), name="farmer", version="2026.2"))
    first = try_form(handbook(), draft, "vi", [], village.clock.now)
    assert NEW_QUESTION[1] in first.html
    assert IN_ENGLISH[1] in try_form(handbook(), draft, "en", [], village.clock.now).html
    said = [("press", f"a:{question.id}:4") for question in draft.questionnaire.questions]
    after = try_form(handbook(), draft, "vi", said, village.clock.now)
    assert after.id == "sex"
    more = [*said, ("type", "khong muon tra loi"), ("type", "khong muon tra loi"), ("type", "xem ket qua")]
    result = try_form(handbook(), draft, "vi", more, village.clock.now)
    assert "100/100" in result.html
    assert buttons_of([result])
    accounts = village.run(
        lambda transaction: transaction.connection.exec_driver_sql("SELECT * FROM account").all()
    )
    assert accounts == []


def test_nonsense_and_erasing_lead_nowhere_in_the_trial(village: Village) -> None:
    upload(village)
    draft = village.run(partial(find_form, handbook=handbook(), name="farmer", version="2026.2"))
    said = [("press", "zz:1"), ("type", "gì cơ"), ("type", "/erase"), ("press", "erase_now"), ("type", "/campaign")]
    assert try_form(handbook(), draft, "vi", said * 80, village.clock.now).html
