"""The digest of every published version of a form, so that a published version never changes unseen.

Answers are tied to the version they were given to: a question that reads differently is another question.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
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


def check_published(content: Path, forms: Iterable[Questionnaire]) -> Iterator[Problem]:
    """A version that changed since it was published, or that was never published."""
    published = read_published(content)
    for form in forms:
        known = published.get((form.form, form.version))
        if known != digest(form):
            code = "C040" if known else "C041"
            yield problem(code, f"content/questionnaires/{form.form}.yaml", 1, version=form.version)


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
