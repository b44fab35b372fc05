"""Says to officers, in their language, what is wrong with a form that they have uploaded."""

from markupsafe import Markup

from content.problems import Phrase, Problem
from engine.texts import Texts

KEYS = {
    "C010": "problem.same_id",
    "C012": "problem.indicator",
    "C013": "problem.needs",
    "C014": "problem.alike",
    "C015": "problem.label_length",
    "C016": "problem.label_like_number",
    "C017": "problem.question_length",
    "C018": "problem.short_length",
    "C020": "problem.indicator_points",
    "C021": "problem.points",
    "C022": "problem.points_order",
    "C030": "problem.condition_before",
    "C031": "problem.condition_option",
    "C032": "problem.not_reached",
    "C042": "problem.version",
    "C070": "problem.untranslated",
    "C073": "problem.translated_label_length",
    "C074": "problem.translated_alike",
    "C101": "problem.file_size",
    "C102": "problem.not_a_workbook",
    "C103": "problem.password",
    "C104": "problem.macros",
    "C105": "problem.damaged",
    "C106": "problem.sheet",
    "C107": "problem.column_missing",
    "C108": "problem.column_unknown",
    "C109": "problem.column_twice",
    "C110": "problem.column_language",
    "C111": "problem.sheet_size",
    "C112": "problem.formula",
    "C113": "problem.not_words",
    "C114": "problem.cell_length",
    "C115": "problem.empty",
    "C116": "problem.not_a_number",
    "C120": "problem.name",
    "C121": "problem.type",
    "C122": "problem.type_without_choices",
    "C123": "problem.choices_missing",
    "C124": "problem.choices_unused",
    "C125": "problem.choice_name",
    "C126": "problem.condition",
    "C127": "problem.ranges",
    "C128": "problem.wording",
    "C130": "problem.form",
    "C131": "problem.version_not_newer",
    "C132": "problem.version_length",
    "C133": "problem.first_language",
    "C134": "problem.translated_twice",
    "C135": "problem.nothing_to_translate",
}
"""What a workbook can show. The other numbers are those of files that only developers change."""


def say_problem(say: Texts, problem: Problem) -> Markup:
    """What is wrong and what to do about it."""
    details = {name: _say(say, value) for name, value in problem.details.items()}
    return say(KEYS[problem.code], **details)


def _say(say: Texts, value: object) -> object:
    return say.plain(value.key) if isinstance(value, Phrase) else value
