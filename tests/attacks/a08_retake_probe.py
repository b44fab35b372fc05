"""A8: one person answers anew every week, and watches for an echo."""

from tests.attacks.exports import Exports, Finding, Release
from tests.attacks.truth import Scored

FEWEST = 10


def find_echoes(scored: Scored, otherwise: Exports) -> list[Finding]:
    """Rows of T0 and T1 that show what the prober answered without ten new people in them.

    `otherwise`: the exports of the same world, but for the prober's answers.
    """
    found = []
    before: Release | None = None
    for release, other in zip(scored.exports.releases, otherwise.releases, strict=True):
        others = {row.commune: row for row in (*other.rows("T1"), other.province)}
        was = {row.commune: row for row in (*before.shown, before.province)} if before else {}
        for row in (*release.rows("T1"), release.province):
            same, old = others.get(row.commune), was.get(row.commune)
            if same is None or (row.n, row.as_of, row.members) != (same.n, same.as_of, same.members):
                found.append(Finding("A8", f"{row.commune}, release {release.number}", "another pattern"))
            elif before and old and row.figures != same.figures and row.figures != old.figures:
                new = scored.behind(release, row) - scored.behind(before, old)
                if len(new) < FEWEST:
                    where = f"{row.commune or 'province'}, release {release.number}"
                    found.append(Finding("A8", where, f"echoes the prober's answers, with {len(new)} new people"))
        before = release
    return found
