"""Reads the questionnaires, one file each."""

from pathlib import Path

from content.catalogues import Words
from content.check import check_form
from content.published import check_published
from content.reading import Reading, read_shape
from content.shapes import FormShape
from engine.questionnaire import Condition, Criteria, NumberRange, Option, Question, Questionnaire


def read_forms(reading: Reading, root: Path, criteria: Criteria | None) -> None:
    for path in sorted((root / "questionnaires").glob("*.yaml")):
        read = read_shape(reading, path, root, FormShape)
        if read is None:
            continue
        shape, data = read
        file = str(path.relative_to(root.parent))
        form = questionnaire_of(shape)
        reading.forms[file] = form
        if criteria:
            reading.problems += check_form(file, data, shape, form, criteria)
        _group_labels(reading, file, shape)
    reading.problems += check_published(root, reading.forms)


FORM_ORDER = ("farmer", "worker", "official", "student")
"""As the groups stand on the first screen: the largest first. Others follow by file name."""


def in_order(forms: dict[str, Questionnaire]) -> tuple[Questionnaire, ...]:
    def place(form: Questionnaire) -> int:
        return FORM_ORDER.index(form.form) if form.form in FORM_ORDER else len(FORM_ORDER)

    return tuple(sorted(forms.values(), key=place))


def questionnaire_of(shape: FormShape) -> Questionnaire:
    """A form as the engine asks it."""
    questions = tuple(
        Question(
            id=each.id,
            indicator=each.indicator,
            type=each.type,
            text=each.text,
            short=each.short or each.text,
            hint=each.hint,
            evidence=each.evidence,
            why=each.why,
            options=tuple(Option(option.label, option.points) for option in each.options),
            points_at_most=each.points_at_most,
            minimum=each.minimum,
            maximum=each.maximum,
            ranges=tuple(NumberRange(one.at_least, one.points) for one in each.ranges),
            condition=Condition(each.condition.question, tuple(each.condition.one_of)) if each.condition else None,
        )
        for each in shape.questions
    )
    is_official = shape.wording == "official"
    return Questionnaire(shape.form, shape.version, shape.title, shape.describes, is_official, questions)


def _group_labels(reading: Reading, file: str, shape: FormShape) -> None:
    """Marks the labels of each question as belonging together, for the checks of their translations."""
    for question in shape.questions:
        for option in question.options:
            known = reading.words.get(option.label)
            if known and not known.group:
                group = f"{file} {question.id}"
                reading.words[option.label] = Words(known.text, known.file, known.line, known.what, group)
