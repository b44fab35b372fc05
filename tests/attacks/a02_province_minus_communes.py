"""A2: subtract all shown communes from the province; what remains are those who were left out."""

from collections import Counter

from tests.attacks.exports import Finding, Release
from tests.attacks.residual import openness
from tests.attacks.truth import Ballots, Scored

FEWEST_COMMUNES = 3
FEWEST_PEOPLE = 10


def find_residuals(scored: Scored) -> list[Finding]:
    """What remains beside the pooled row, and pooled rows of too few people or communes."""
    return [found for release in scored.exports.releases for found in _look_at(scored, release)]


def _look_at(scored: Scored, release: Release) -> list[Finding]:
    found: list[Finding] = []
    where = f"release {release.number}"
    everybody: Ballots = scored.behind(release, release.province)
    shown = release.shown
    rest = (release.province.n or 0) - sum(row.n or 0 for row in shown)
    if rest:
        left_out = everybody.difference(*(scored.behind(release, row) for row in shown))
        groups = {ballot.commune for ballot in left_out}
        how_open = openness([release.province], shown, rest) if rest > 0 else 0.0
        what = f"{rest} people of {len(groups)} communes remain; their figures are open to {how_open:.0%}"
        found.append(Finding("A2", where, what))
    for row in shown:
        if row.commune == "pooled":
            pooled = scored.behind(release, row)
            sizes = Counter(ballot.commune for ballot in pooled)
            communes = sorted(sizes)
            is_small = bool(sizes) and min(sizes.values()) < FEWEST_PEOPLE
            if len(pooled) < FEWEST_PEOPLE or (is_small and len(communes) < FEWEST_COMMUNES):
                what = f"{len(pooled)} people of communes {', '.join(communes)}, {len(row.members)} members"
                found.append(Finding("A2", f"{where}, pooled", what))
    return found
