"""A form together with how it reads in other languages: what one workbook holds, and what the database keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from content.forms import questionnaire_of
from content.shapes import FormShape
from engine.questionnaire import Questionnaire
from engine.texts import Texts


@dataclass(frozen=True, slots=True)
class Translation:
    """How a form reads in one language: Vietnamese words → words. `name` is the language's own."""

    name: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TranslatedForm:
    """One version of a form with its translations, by the code of the language."""

    questionnaire: Questionnaire
    translations: Mapping[str, Translation]


def words_of(form: Questionnaire) -> Iterator[str]:
    """All words of a form that citizens read, in order; the same words may come again."""
    yield form.title
    yield form.describes
    for question in form.questions:
        yield question.text
        yield question.short
        yield from (words for words in (question.hint, question.evidence) if words)
        yield from (option.label for option in question.options)


def translated_from(form: Questionnaire, languages: Mapping[str, Texts]) -> TranslatedForm:
    """A form with what the catalogues say of it. The language it is written in is none of its translations."""
    words = list(dict.fromkeys(words_of(form)))
    translations = {
        code: Translation(texts.name, {each: texts.contents[each] for each in words if each in texts.contents})
        for code, texts in languages.items()
    }
    return TranslatedForm(form, {code: each for code, each in translations.items() if each.words})


def coverage(form: Questionnaire, contents: Mapping[str, str]) -> tuple[int, int]:
    """How many of a form's words are translated, and how many there are."""
    words = set(words_of(form))
    return len(words & set(contents)), len(words)


def document_of(shape: FormShape, translations: Mapping[str, Translation]) -> dict[str, Any]:
    """What the database keeps of a form: JSON."""
    kept = {code: {"name": each.name, "words": dict(each.words)} for code, each in translations.items()}
    return {"form": shape.model_dump(mode="json", exclude_defaults=True), "translations": kept}


def reopen(document: Mapping[str, Any]) -> TranslatedForm:
    """Back from what `document_of` made."""
    translations = {
        code: Translation(each["name"], each["words"]) for code, each in document["translations"].items()
    }
    return TranslatedForm(questionnaire_of(FormShape.model_validate(document["form"])), translations)
