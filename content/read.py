"""Reads all content files and catalogues into a `Handbook`; says everything that is wrong with them."""

from pathlib import Path

from content.calendar import read_observances
from content.catalogues import (
    COMPLETE_LANGUAGES,
    SOURCE_LANGUAGE,
    check_catalogues,
    measure,
    missing,
    read_languages,
)
from content.check import check_advice
from content.forms import in_order, read_forms
from content.province import read_province
from content.reading import Reading, read_shape
from content.shapes import AdviceFileShape, CriteriaShape
from content.templates import check_translations, read_templates
from engine.errors import ContentProblems
from engine.handbook import Advice, Handbook
from engine.questionnaire import Competency, Criteria, Indicator

CONTENT = Path(__file__).parent
LOCALES = CONTENT.parent / "locales"


def read_handbook(province: str, content: Path = CONTENT, locales: Path = LOCALES) -> Handbook:
    """Everything the engine decides by, for one province. ContentProblems if any file is wrong."""
    reading = read_all(province, content, locales)
    if reading.handbook is None:
        raise ContentProblems([str(each) for each in sorted(reading.problems)])
    return reading.handbook


def read_all(province: str, content: Path = CONTENT, locales: Path = LOCALES) -> Reading:
    """The same, with all problems as a list: what `hoctap check` prints."""
    reading = Reading()
    criteria = _read_criteria(reading, content)
    communes = read_province(reading, content, province)
    read_forms(reading, content, criteria)
    advice = _read_advice(reading, content, criteria)
    templates = read_templates(reading, content)
    observances = read_observances(reading, content, templates)
    languages = read_languages(locales)
    reading.problems += check_catalogues(languages, reading.words)
    reading.problems += check_translations(languages, templates or {})
    reading.problems += missing(languages, COMPLETE_LANGUAGES, reading.words)
    if reading.problems or criteria is None or communes is None or advice is None or templates is None:
        return reading
    source = languages[SOURCE_LANGUAGE]
    offered = {
        code: language.texts(source)
        for code, language in languages.items()
        if all(each.is_complete for each in measure(language, source, reading.words) if each.is_for_citizens)
    }
    questionnaires = in_order(reading.forms)
    reading.handbook = Handbook(communes, criteria, questionnaires, advice, offered, templates, observances)
    return reading


def _read_criteria(reading: Reading, root: Path) -> Criteria | None:
    read = read_shape(reading, root / "criteria.yaml", root, CriteriaShape)
    if read is None:
        return None
    shape, _ = read
    groups = tuple(
        Competency(
            group.numeral,
            group.title,
            group.short,
            tuple(Indicator(each.number, each.title, each.short) for each in group.indicators),
        )
        for group in shape.competencies
    )
    return Criteria(groups, shape.points_per_indicator, shape.indicator_minimum, shape.source)


def _read_advice(reading: Reading, root: Path, criteria: Criteria | None) -> dict[int, tuple[Advice, ...]] | None:
    read = read_shape(reading, root / "advice.yaml", root, AdviceFileShape)
    if read is None or criteria is None:
        return None
    shape, data = read
    reading.problems += check_advice("content/advice.yaml", data, shape, criteria)
    return {
        entry.indicator: tuple(
            Advice(level.up_to, level.do, level.where)
            for level in sorted(entry.levels, key=lambda level: level.up_to)
        )
        for entry in shape.advice
    }
