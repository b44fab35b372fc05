"""Every rule for content, broken once: the checker names file, line and number, and says what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content.problem_words import KEYS
from content.problems import PROBLEMS, Cell, Problem, problem
from content.published import publish
from content.read import CONTENT, LOCALES, read_all, read_handbook
from engine.errors import ContentProblems

pytestmark = pytest.mark.slow

FARMER = "content/questionnaires/farmer.yaml"
CSV = "content/communes/son_la.csv"
ADVICE = "content/advice.yaml"
WEEK = "content/campaigns/lifelong_learning_week.yaml"
DAYS = "content/campaigns/days.yaml"
REMINDERS = "content/campaigns/reminders.yaml"
CALENDAR = "content/observances.yaml"
ENGLISH = "locales/en/LC_MESSAGES/ui.po"
ENGLISH_CONTENT = "locales/en/LC_MESSAGES/content.po"

Q01 = """\
  - id: q01
    indicator: 1
    type: single
    text: Trong tháng qua"""
OPTIONS = """\
      - {label: Hầu như không, points: 0}
      - {label: "1–2 ngày", points: 2}
      - {label: "3–4 ngày", points: 4}
      - {label: Gần như hằng ngày, points: 5}
"""

THEME = """\
      Chủ đề năm {year}: “{theme}”.
"""
WITHOUT_THEME = """\
    text_without_theme: |-
      📚 Ngày 1/10 bắt đầu <b>Tuần lễ hưởng ứng học tập suốt đời</b>.
"""
NOT_SAID = """\
    text_without_theme: Tuần lễ.
    progress: [finished]
"""

BROKEN: list[tuple[str, str, str, str]] = [
    ("C001", FARMER, "form: farmer", "form: [farmer"),
    ("C001", FARMER, "form: farmer", "form: *farmer"),
    ("C002", FARMER, "title: Làm nông, làm rừng\n", ""),
    ("C002", FARMER, "    text: Trong tháng qua", "    texts: Trong tháng qua"),
    ("C003", FARMER, "    short: Đọc, nghe tin mới", "    shrot: Đọc, nghe tin mới"),
    ("C004", FARMER, "    indicator: 1\n", "    indicator: một\n"),
    ("C004", FARMER, 'version: "2026.1"', "version: 2026.1"),
    ("C004", WEEK, "buttons: [open]", "buttons: [open_it]"),
    ("C004", WEEK, "buttons: [open]", "buttons: [link]"),
    ("C004", WEEK, "buttons: [open]", "buttons: [open, continue, my_commune]"),
    ("C004", WEEK, "progress: [finished]", "progress: [done]"),
    ("C004", WEEK, "id: week_day_1", "id: week:day:1"),
    ("C004", CALENDAR, "roles: [campaigns]", "roles: [officer]"),
    ("C004", CALENDAR, "documents: [statistics_pdf", "documents: [my_data"),
    ("C004", CALENDAR, "day: -7", "day: -700"),
    ("C004", CALENDAR, "2022: Thúc", "năm 2022: Thúc"),
    ("C005", FARMER, "title: Làm nông", "title: La\u0300m nông"),
    ("C010", FARMER, "id: q02", "id: q01"),
    ("C010", REMINDERS, "id: unfinished_second", "id: week_before"),
    ("C010", CALENDAR, "id: book_day", "id: literacy_day"),
    ("C010", CALENDAR, "{id: day_6,", "{id: day_1,"),
    ("C011", FARMER, f"{Q01}", Q01.replace("single", "slider")),
    ("C012", FARMER, f"{Q01}", Q01.replace("indicator: 1", "indicator: 11")),
    ("C012", ADVICE, "- indicator: 10", "- indicator: 12"),
    ("C013", FARMER, f"{Q01}", Q01.replace("single", "number")),
    ("C013", FARMER, f"{Q01}", Q01.replace("single", "multiple")),
    ("C013", FARMER, f"{Q01}", Q01.replace("single", "yes_no")),
    ("C014", FARMER, OPTIONS, OPTIONS.replace("3–4 ngày", "1-2 ngay")),
    ("C015", FARMER, OPTIONS, OPTIONS.replace("3–4 ngày", "3–4 ngày mỗi tuần trong cả tháng qua ấy")),
    ("C014", WEEK, "title: Còn một tuần đến Tuần lễ", 'title: "Tuan le, ngay 1/10: mo dau"'),
    ("C015", WEEK, "title: Còn một tuần đến Tuần lễ", "title: Còn đúng một tuần nữa là đến Tuần lễ"),
    ("C016", WEEK, "title: Còn một tuần đến Tuần lễ", 'title: "/tuan"'),
    ("C015", FARMER, "title: Làm nông, làm rừng", "title: Làm nông, làm rừng, làm vườn, làm ao"),
    ("C016", FARMER, OPTIONS, OPTIONS.replace("3–4 ngày", "3")),
    ("C016", FARMER, OPTIONS, OPTIONS.replace("3–4 ngày", "/ba")),
    ("C017", FARMER, "text: Trong tháng qua", f"text: Trong tháng qua {'rất ' * 30}"),
    ("C018", FARMER, "short: Đọc, nghe tin mới", "short: Đọc và nghe tin mới mỗi tuần nhé bạn"),
    ("C020", FARMER, OPTIONS, OPTIONS.replace("points: 5", "points: 4")),
    ("C021", FARMER, OPTIONS, OPTIONS.replace("points: 5", "points: 4")),
    ("C022", FARMER, OPTIONS, OPTIONS.replace("points: 2", "points: 5")),
    ("C030", FARMER, "    short: Đọc", "    condition: {question: q02, one_of: [1]}\n    short: Đọc"),
    ("C031", FARMER, "  - id: q02", "  - id: q02\n    condition: {question: q01, one_of: [5]}"),
    ("C032", FARMER, "  - id: q02", "  - id: q02\n    condition: {question: q01, one_of: [5]}"),
    ("C040", FARMER, "text: Trong tháng qua", "text: Trong tháng vừa qua"),
    ("C041", FARMER, 'version: "2026.1"', 'version: "2026.2"'),
    ("C042", FARMER, 'version: "2026.1"', 'version: "hai"'),
    ("C050", CSV, "03670,", "03667,"),
    ("C051", CSV, "Tô Hiệu (Thành phố Sơn La); Phường Quyết Thắng", "Tô Hiệu (Thành phố Sơn La); Phường Q"),
    ("C052", CSV, "Phường Chiềng Lề (Thành phố Sơn La)", "Chiềng Lề"),
    ("C053", CSV, ",70,yes\n", ",70,maybe\n"),
    ("C054", CSV, "03646,", "3646,"),
    ("C070", ENGLISH, 'msgstr "I agree"', 'msgstr ""'),
    ("C060", ADVICE, "up_to: 10", "up_to: 9"),
    ("C071", ENGLISH, "{commune}", "{place}"),
    ("C071", ENGLISH_CONTENT, "Theme of {year}: “{theme}”.", "Theme: “{theme}”."),
    ("C072", ENGLISH, "<b>Before you begin</b>", "<script>Before you begin</script>"),
    ("C073", ENGLISH_CONTENT, 'msgstr "Hardly ever"', f'msgstr "{"Hardly " * 6}ever"'),
    ("C074", ENGLISH_CONTENT, 'msgstr "3–4 days"', 'msgstr "1–2 days"'),
    ("C073", ENGLISH_CONTENT, "One week before the Week", "One week before the Week of Learning"),
    ("C075", ENGLISH, 'msgid "greeting.begin"', 'msgid "greeting.start"'),
    ("C080", DAYS, "text: |-", 'text: "<b></b>"\n    text_without_theme: |-'),
    ("C081", WEEK, THEME, f"{THEME}      {'Học đi. ' * 120}\n"),
    ("C082", WEEK, "{theme}", "{topic}"),
    ("C082", ENGLISH_CONTENT, "Theme of {year}: “{theme}”", "Theme of {year}: “{topic}”"),
    ("C083", WEEK, "năm {year}", "năm {year"),
    ("C084", WEEK, "<b>Tuần lễ", "<u>Tuần lễ"),
    ("C084", WEEK, "Học từ đâu?", "Học & từ đâu?"),
    ("C084", WEEK, "    text: |-", "    text: |"),
    ("C084", ENGLISH_CONTENT, "<b>Lifelong", "<script>Lifelong"),
    ("C085", WEEK, "Hôm nay, 2/10, là", "{theme}, 2/10, là"),
    ("C086", WEEK, WITHOUT_THEME, f"{WITHOUT_THEME}{THEME}"),
    ("C086", WEEK, "    progress: [finished]\n", NOT_SAID),
    ("C087", REMINDERS, "progress: [half_way]", "progress: [half_way, finished]"),
    ("C088", REMINDERS, "id: new_round", "id: another_round"),
    ("C090", CALENDAR, "first: {day: 21, month: 4}", "first: {day: 31, month: 4}"),
    ("C090", CALENDAR, "last: {day: 7, month: 10}", "last: {day: 29, month: 2}"),
    ("C091", CALENDAR, "last: {day: 7, month: 10}", "last: {day: 7, month: 9}"),
    ("C092", CALENDAR, "template: week_before", "template: week_behind"),
    ("C093", CALENDAR, "        roles: [statistics, campaigns]\n", ""),
]
BROKEN = [each for each in BROKEN if each[0] != "C051"] + [("C051", CSV, ",80,yes\n", ",eighty,yes\n")]

Break = Callable[[str, str, str], tuple[Path, Path]]


@pytest.fixture
def break_one(tmp_path: Path) -> Break:
    """A copy of all content in which one thing is changed."""

    def change(file: str, old: str, new: str) -> tuple[Path, Path]:
        content, locales = tmp_path / "content", tmp_path / "locales"
        shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copytree(LOCALES, locales)
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return content, locales

    return change


def test_the_shipped_content_has_no_problems() -> None:
    assert read_all("son_la").problems == []


@pytest.mark.parametrize(("code", "file", "old", "new"), BROKEN, ids=lambda value: str(value)[:16])
def test_a_broken_rule_is_found(break_one: Break, code: str, file: str, old: str, new: str) -> None:
    content, locales = break_one(file, old, new)
    found = read_all("son_la", content, locales).problems
    assert code in {each.code for each in found}, [str(each) for each in found]
    line = next(each for each in found if each.code == code).line
    assert isinstance(line, int)
    assert line >= 1
    with pytest.raises(ContentProblems):
        read_handbook("son_la", content, locales)


def test_the_line_is_the_line(break_one: Break) -> None:
    content, locales = break_one(FARMER, OPTIONS, OPTIONS.replace("3–4 ngày", "/ba"))
    written = (content / "questionnaires/farmer.yaml").read_text(encoding="utf-8").splitlines()
    found = next(each for each in read_all("son_la", content, locales).problems if each.code == "C016")
    assert isinstance(found.line, int)
    assert "/ba" in written[found.line - 1]
    assert str(found).startswith(f"{FARMER}:{found.line}: C016 ")


def test_a_value_that_is_not_known_is_named_with_those_that_are(break_one: Break) -> None:
    content, locales = break_one(WEEK, "buttons: [open]", "buttons: [opne]")
    [found] = [each for each in read_all("son_la", content, locales).problems if each.code == "C004"]
    assert found.message == "'buttons' must be 'open', 'continue' or 'my_commune'; it is 'opne'"


def test_a_template_file_that_cannot_be_read_is_the_only_problem(break_one: Break) -> None:
    content, locales = break_one(REMINDERS, "templates:", "template:")
    found = [each for each in read_all("son_la", content, locales).problems if each.code != "C002"]
    assert {(each.code, each.file) for each in found} == {("C003", REMINDERS)}


def test_a_missing_translation_is_named(break_one: Break) -> None:
    content, locales = break_one(ENGLISH, 'msgstr "Begin"', 'msgstr ""')
    found = read_all("son_la", content, locales).problems
    assert [(each.code, each.message) for each in found] == [("C070", "no en translation of: greeting.begin")]


def test_a_language_with_gaps_is_not_offered(break_one: Break) -> None:
    content, locales = break_one(ENGLISH, "Begin", "Begin")
    shutil.copytree(locales / "en", locales / "fr")
    assert list(read_handbook("son_la", content, locales).languages) == ["vi", "en", "fr"]
    path = locales / "fr/LC_MESSAGES/content.po"
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "Hardly ever"', 'msgstr ""'), encoding="utf-8")
    assert list(read_handbook("son_la", content, locales).languages) == ["vi", "en"]


def test_a_version_in_two_files_is_found(break_one: Break) -> None:
    content, locales = break_one(FARMER, "form: farmer", "form: farmer")
    forms = content / "questionnaires"
    shutil.copy(forms / "farmer.yaml", forms / "farmer_old.yaml")
    [found] = read_all("son_la", content, locales).problems
    assert (found.code, found.file) == ("C043", "content/questionnaires/farmer_old.yaml")


def test_a_new_version_stands_beside_the_old_one(break_one: Break) -> None:
    content, locales = break_one(FARMER, "form: farmer", "form: farmer")
    forms = content / "questionnaires"
    text = (forms / "farmer.yaml").read_text(encoding="utf-8").replace('"2026.1"', '"2026.10"')
    (forms / "farmer-2026.10.yaml").write_text(text, encoding="utf-8")
    reading = read_all("son_la", content, locales)
    assert {each.code for each in reading.problems} == {"C041"}
    assert [form.version for form in publish(content, reading.forms.values())] == ["2026.10"]
    handbook = read_handbook("son_la", content, locales)
    assert handbook.forms["farmer"].version == "2026.10"
    assert handbook.questionnaire("farmer", "2026.1")


def test_another_province_is_another_file(break_one: Break) -> None:
    content, locales = break_one(CSV, "code,name", "code,name")
    communes = content / "communes"
    (communes / "dien_bien.yaml").write_text("name: Điện Biên\ncommunes: dien_bien.csv\n", encoding="utf-8")
    head = (communes / "son_la.csv").read_text(encoding="utf-8").splitlines()[0]
    row = "03127,Phường Điện Biên Phủ,21.38,103.01,Phường Mường Thanh (Thành phố Điện Biên Phủ),80,yes"
    (communes / "dien_bien.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    province = read_handbook("dien_bien", content, locales).province
    assert [hit.commune.name for hit in province.search("muong thanh")] == ["Phường Điện Biên Phủ"]


def test_every_rule_was_broken() -> None:
    of_workbooks = {code for code in PROBLEMS if code >= "C100"}
    assert set(PROBLEMS) - {code for code, *_ in BROKEN} == {"C043"} | of_workbooks
    assert of_workbooks <= set(KEYS), "test_workbook and test_workbook_door go through these"


def test_every_message_says_where_and_what_to_do() -> None:
    for code, words in PROBLEMS.items():
        assert "{" in words or ";" in words, f"{code} names nothing"
    with pytest.raises(KeyError):
        problem("C010", "file", 1)
    assert str(Problem("f.yaml", 3, "C010", "x")) == "f.yaml:3: C010 x"
    assert str(Problem("f.xlsx", Cell("survey", 7, 28), "C010", "x")) == "f.xlsx:survey!AB7: C010 x"


def test_a_province_that_is_not_there_is_named() -> None:
    with pytest.raises(ContentProblems, match=r"communes/lai_chau\.yaml"):
        read_handbook("lai_chau")
