"""The forms in force: those that are shipped, and over them what was published in the console."""

from collections.abc import Iterable
from dataclasses import replace

from content.translated import TranslatedForm, coverage, reopen
from engine.handbook import Handbook
from engine.texts import Texts
from storage.database import Transaction
from storage.forms import load_published_forms


def with_forms(transaction: Transaction, handbook: Handbook) -> Handbook:
    """The handbook with the forms that were published in the console, and with what translates them."""
    published = [reopen(each.document) for each in load_published_forms(transaction)]
    return put_over(handbook, published) if published else handbook


def put_over(handbook: Handbook, forms: Iterable[TranslatedForm]) -> Handbook:
    """The handbook with these forms. A version that is there already is taken from them.

    A language in which one of the newest forms is not complete is no longer offered.
    """
    versions = {(each.form, each.version): each for each in handbook.questionnaires}
    languages = dict(handbook.languages)
    for each in forms:
        versions[each.questionnaire.form, each.questionnaire.version] = each.questionnaire
        for code, translation in each.translations.items():
            if code in languages:
                texts = languages[code]
                languages[code] = replace(texts, contents={**texts.contents, **translation.words})
    changed = replace(handbook, questionnaires=tuple(versions.values()), languages=languages)
    offered = {code: texts for code, texts in languages.items() if _is_complete(changed, texts)}
    return replace(changed, languages=offered)


def _is_complete(handbook: Handbook, texts: Texts) -> bool:
    if texts.language == handbook.first_language:
        return True
    counts = (coverage(form, texts.contents) for form in handbook.forms.values())
    return all(translated == of for translated, of in counts)
