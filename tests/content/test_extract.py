"""The Babel extractor gives translators the words that citizens read, and no others."""

from content.extract import extract_yaml
from content.read import CONTENT, read_all


def test_it_extracts_what_coverage_counts() -> None:
    extracted: set[str] = set()
    for path in CONTENT.rglob("*.yaml"):
        with path.open("rb") as file:
            extracted |= {words for _, _, words, _ in extract_yaml(file, [], [], {})}
    assert extracted == set(read_all("son_la").words)


def test_it_knows_the_line_and_leaves_out_what_is_for_authors() -> None:
    path = CONTENT / "questionnaires/farmer.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    with path.open("rb") as file:
        found = list(extract_yaml(file, [], [], {}))
    assert all(isinstance(line, int) and words in lines[line - 1].replace('"', "") for line, _, words, _ in found)
    assert ["q01 text"] in [comments for _, _, _, comments in found]
    assert not [comments for _, _, _, comments in found if "why" in comments[0]]
