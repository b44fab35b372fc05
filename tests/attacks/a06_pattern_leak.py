"""A6: does what is hidden, or when a row moves, depend on how people answered?"""

import json

from tests.attacks.exports import Exports, Finding, Release


def find_pattern_leaks(exports: Exports, permuted: Exports) -> list[Finding]:
    """Where the pattern differs between a world and the same one with its answers dealt out anew by commune."""
    if len(exports.releases) != len(permuted.releases):
        return [Finding("A6", "releases", f"{len(exports.releases)} and {len(permuted.releases)}")]
    return [
        Finding("A6", f"release {ours.number}", f"{mine} and {theirs}")
        for ours, other in zip(exports.releases, permuted.releases, strict=True)
        for mine, theirs in zip(_pattern(ours), _pattern(other), strict=True)
        if mine != theirs
    ]


def _pattern(release: Release) -> list[str]:
    """Everything but the scores: keys, numbers of people, and which figures there are at all."""
    written = json.loads(release.text)
    lines = [json.dumps({key: value for key, value in written.items() if key != "tables"})]
    for table in written["tables"]:
        for row in table["rows"]:
            for figure in ("pass", "total", "indicators"):
                if figure in row:
                    row[figure] = row[figure] is not None
            lines.append(json.dumps([table["id"], table["dims"], row]))
    return lines
