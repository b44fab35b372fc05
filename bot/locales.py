"""`hoctap locales`: coverage of each language, what is missing, new languages."""

import re

import click

from content.catalogues import (
    SOURCE_LANGUAGE,
    Language,
    measure,
    read_languages,
    update,
)
from content.read import LOCALES, read_all
from engine.errors import SettingsProblem


def show_coverage(province: str) -> None:
    """A line for each language and file; a language is offered when those that citizens read are whole."""
    words, languages = read_all(province).words, read_languages(LOCALES)
    for language in languages.values():
        covered = measure(language, languages[SOURCE_LANGUAGE], words)
        is_offered = all(each.is_complete for each in covered if each.is_for_citizens)
        for each in covered:
            percent = 100 * each.translated // each.of
            offered = "offered" if is_offered else "not offered yet"
            note = offered if each.is_for_citizens else "for staff"
            click.echo(
                f"{each.language:6} {each.domain:8} {each.translated:4} of {each.of:4}  {percent:3} %  {note}"
            )


def check_locales(province: str) -> int:
    """0 if the languages that must be whole are, and nothing is wrong with any; else prints what is, and 1."""
    problems = [each for each in read_all(province).problems if each.file.startswith("locales/")]
    for problem in sorted(problems):
        click.echo(str(problem), err=True)
    return 1 if problems else 0


def update_locale(province: str, code: str) -> None:
    """Adds what is new and drops what is gone; makes the folder for a language that has none."""
    if not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*", code):
        raise SettingsProblem(f"'{code}' is no language code; write one such as blt (Thái Đen) or hmn (Mông)")
    words, languages = read_all(province).words, read_languages(LOCALES)
    language = languages.get(code) or Language(code, LOCALES / code / "LC_MESSAGES")
    update(language, languages[SOURCE_LANGUAGE], words)
    click.echo(f"→ {language.folder.relative_to(LOCALES.parent)}")
