"""The digest of every published version of a form, so that a published version never changes unseen.

Answers are tied to the version they were given to: a question that reads differently is another question.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from content.problems import Problem, problem
from engine.questionnaire import Questionnaire

FILE = "published.csv"


def digest(form: Questionnaire) -> str:
    """SHA-256 over everything in the form that citizens read or that decides points."""
    return hashlib.sha256(repr((form.form, form.version, form.title, form.questions)).encode()).hexdigest()


def read_published(content: Path) -> dict[tuple[str, str], str]:
    """(form, version) → digest."""
    path = content / "questionnaires" / FILE
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["form"], row["version"]): row["sha256"] for row in csv.DictReader(file)}


def check_published(content: Path, forms: Mapping[str, Questionnaire]) -> Iterator[Problem]:
    """File → form: a version that changed since it was published, was never published, or is in two files."""
    published = read_published(content)
    files: dict[tuple[str, str], str] = {}
    for file, form in forms.items():
        version = (form.form, form.version)
        if version in files:
            yield problem("C043", file, 1, form=form.form, version=form.version, other=files[version])
        elif published.get(version) != digest(form):
            yield problem("C040" if version in published else "C041", file, 1, version=form.version)
        files.setdefault(version, file)


def publish(content: Path, forms: Iterable[Questionnaire]) -> list[Questionnaire]:
    """Writes down the digests of versions that are new; returns those. Published ones stay as they are."""
    published = read_published(content)
    new = [form for form in forms if (form.form, form.version) not in published]
    published |= {(form.form, form.version): digest(form) for form in new}
    with (content / "questionnaires" / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("form", "version", "sha256"))
        writer.writerows((*key, sha) for key, sha in sorted(published.items()))
    return new
