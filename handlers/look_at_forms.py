"""The forms as staff see them: their versions, how far they are translated and recorded, and as a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from content.translated import TranslatedForm, Translation, coverage, reopen, translated_from
from content.workbook_writing import make_workbook
from engine.errors import NotFound
from engine.handbook import Handbook, version_key
from engine.messages import File
from engine.questionnaire import Questionnaire
from engine.texts import Texts
from handlers.forms_in_force import put_over
from storage.database import Transaction
from storage.forms import KeptForm, load_drafts, load_published_forms

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Standing = Literal["newest", "older", "draft"]

_Kept = Mapping[tuple[str, str], KeptForm]
"""What the console keeps: (form, version) → published, or a draft."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are, and how many there should be. `name` is the language's own."""

    name: str
    there: int
    of: int

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return self.of - self.there


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a form. `published_at` is None for a draft, and for one that hoctap brought along."""

    version: str
    standing: Standing
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """The names of the questions that a version changes in the newest one."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """A version of a form, and all versions of it, the newest first.

    `translated`: words by language; `recorded`: questions with a voice by language. `changes` only for a draft.
    `languages` are how citizens would read it, the first language first.
    """

    form: Questionnaire
    standing: Standing
    versions: tuple[Version, ...]
    translated: Mapping[str, Counted]
    recorded: Mapping[str, Counted]
    changes: Changes | None
    languages: Mapping[str, Texts]


def list_forms(transaction: Transaction, handbook: Handbook) -> list[FormView]:
    """All forms in their newest version, as on the citizens' first screen."""
    kept = _load_kept(transaction)
    return [_view(handbook, kept, each.form, each.version) for each in handbook.forms.values()]


def look_at_form(transaction: Transaction, handbook: Handbook, name: str, version: str) -> FormView:
    """One version of a form, or its draft. NotFound if there is none."""
    return _view(handbook, _load_kept(transaction), name, version)


def _view(handbook: Handbook, kept: _Kept, name: str, version: str) -> FormView:
    found = _find(handbook, kept, name, version)
    versions = _versions(handbook, kept, name)
    standing = next(each.standing for each in versions if each.version == version)
    newest = handbook.forms[name]
    return FormView(
        form=found.questionnaire,
        standing=standing,
        versions=versions,
        translated={
            code: Counted(each.name, *coverage(found.questionnaire, each.words))
            for code, each in found.translations.items()
        },
        recorded=_recorded(handbook, found.questionnaire),
        changes=_changes(newest, found.questionnaire) if standing == "draft" else None,
        languages=put_over(handbook, [found]).languages,
    )


def find_form(transaction: Transaction, handbook: Handbook, name: str, version: str) -> TranslatedForm:
    """A version of a form, or its draft, with all that translates it: what came with it, and the catalogues.

    NotFound if there is none.
    """
    return _find(handbook, _load_kept(transaction), name, version)


def _find(handbook: Handbook, kept: _Kept, name: str, version: str) -> TranslatedForm:
    here = kept.get((name, version))
    if here is None:
        form = handbook.questionnaire(name, version)
        if form is None:
            raise NotFound
        return translated_from(form, handbook.languages)
    opened = reopen(here.document)
    translations = dict(translated_from(opened.questionnaire, handbook.languages).translations)
    for code, each in opened.translations.items():
        words = translations[code].words if code in translations else {}
        translations[code] = Translation(each.name, {**words, **each.words})
    return TranslatedForm(opened.questionnaire, translations)


def download_form(transaction: Transaction, handbook: Handbook, name: str, version: str, say: Texts) -> File:
    """A version, or the draft, as a workbook that can be changed and uploaded. NotFound if there is none."""
    content = make_workbook(find_form(transaction, handbook, name, version), handbook.speak(None), say)
    return File(f"hoctap-{name}-{version}.xlsx", XLSX, content)


def _load_kept(transaction: Transaction) -> _Kept:
    kept = [*load_published_forms(transaction), *load_drafts(transaction).values()]
    return {(each.form, each.version): each for each in kept}


def _versions(handbook: Handbook, kept: _Kept, name: str) -> tuple[Version, ...]:
    there = {(each.form, each.version) for each in handbook.questionnaires} | set(kept)
    newest = handbook.forms[name].version

    def described(version: str) -> Version:
        here = kept.get((name, version))
        if here is not None and here.published_at is None:
            return Version(version, "draft", None)
        return Version(version, "newest" if version == newest else "older", here.published_at if here else None)

    versions = (version for form, version in there if form == name)
    return tuple(described(each) for each in sorted(versions, key=version_key, reverse=True))


def _recorded(handbook: Handbook, form: Questionnaire) -> dict[str, Counted]:
    spoken = [handbook.voices.of(question) for question in form.questions]
    return {
        code: Counted(name, sum(code in languages for languages in spoken), len(spoken))
        for code, name in handbook.voices.languages.items()
    }


def _changes(newest: Questionnaire, form: Questionnaire) -> Changes:
    before, after = newest.by_id, form.by_id
    return Changes(
        new=tuple(each for each in after if each not in before),
        changed=tuple(each for each in after if each in before and after[each] != before[each]),
        gone=tuple(each for each in before if each not in after),
    )
