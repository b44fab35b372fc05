"""Every attack succeeds on a publisher broken in the way it looks for. One that never does proves nothing."""

from pathlib import Path
from statistics import median

import pytest

from tests.attacks.a01_successive_downloads import find_small_changes
from tests.attacks.a02_province_minus_communes import find_residuals
from tests.attacks.a03_cross_tables import find_cross_residuals
from tests.attacks.a04_bounds_over_time import find_narrow_communes
from tests.attacks.a04_linear_bounds import find_narrow_cells
from tests.attacks.a04_linear_scores import find_narrow_scores
from tests.attacks.a05_homogeneity import find_certain_answers, find_twin_differences
from tests.attacks.a06_pattern_leak import find_pattern_leaks
from tests.attacks.a07_delete_probe import find_erasure_traces
from tests.attacks.a08_retake_probe import find_echoes
from tests.attacks.a09_sybils import victims_openness
from tests.attacks.a13_file_metadata import find_file_differences, find_metadata
from tests.attacks.a15_tracker import find_trackers
from tests.attacks.broken import publish
from tests.attacks.broken_bands import CAREFUL, LIVE, THRESHOLD_ONLY, UNPOOLED, Flaws
from tests.attacks.conftest import Publish
from tests.attacks.truth import Scored
from tests.attacks.worlds import (
    Plant,
    When,
    early_commune,
    permuted,
    planted,
    steady_people,
    sybil_world,
    with_a_leaver,
    with_erasure,
    with_one_otherwise,
    with_prober,
    with_two_small_communes,
    world,
)

pytestmark = pytest.mark.slow

PRECISE = Flaws(precise=True)
LEAVES_FREELY = Flaws(leaves_freely=True)
UNCOMPLEMENTED = Flaws(uncomplemented=True)


@pytest.mark.parametrize(
    "flaws",
    [THRESHOLD_ONLY, LIVE, Flaws(restates=True), LEAVES_FREELY],
    ids=["threshold", "live", "restates", "leaves freely"],
)
def test_a01_finds_rows_that_move_for_a_few(publish_with: Publish, flaws: Flaws) -> None:
    assert any(find_small_changes(publish_with(world(seed), flaws)) for seed in range(8))


@pytest.mark.parametrize("flaws", [THRESHOLD_ONLY, UNPOOLED], ids=["threshold", "unpooled"])
def test_a02_finds_those_left_out(publish_with: Publish, flaws: Flaws) -> None:
    found = find_residuals(publish_with(world(1), flaws))
    assert any("people of" in finding.what and "remain" in finding.what for finding in found)


def test_a02_finds_a_pool_of_two(publish_with: Publish) -> None:
    found = find_residuals(publish_with(with_two_small_communes(1), Flaws(pool_of_two=True)))
    assert any("pooled" in finding.where for finding in found)
    assert not find_residuals(publish_with(with_two_small_communes(1), CAREFUL))


@pytest.mark.parametrize("flaws", [THRESHOLD_ONLY, UNCOMPLEMENTED], ids=["threshold", "uncomplemented"])
def test_a03_subtracts_cells_from_totals(publish_with: Publish, flaws: Flaws) -> None:
    assert find_cross_residuals(publish_with(world(1), flaws))


def test_a03_finds_the_erased_between_two_tables(publish_with: Publish) -> None:
    acts = world(1)
    victim = steady_people(acts, early_commune(acts))[0]
    erased = with_erasure(acts, victim, "before final")
    found = find_cross_residuals(publish_with(erased, Flaws(precise=True, keeps_means=True)))
    assert any("remain" in finding.what for finding in found)


@pytest.mark.parametrize("flaws", [THRESHOLD_ONLY, UNCOMPLEMENTED], ids=["threshold", "uncomplemented"])
def test_a04_solves_for_hidden_cells(publish_with: Publish, flaws: Flaws) -> None:
    found = find_narrow_cells(publish_with(world(1), flaws))
    assert any("known to be" in finding.what for finding in found)


def test_a04_finds_what_complements_without_an_audit_leave(publish_with: Publish) -> None:
    worlds = [publish_with(world(seed), CAREFUL) for seed in range(4)]
    assert any(find_narrow_cells(scored, targets=60) for scored in worlds)


def test_a04_solves_for_the_points_of_hidden_cells(publish_with: Publish) -> None:
    for flaws, finds in ((THRESHOLD_ONLY, True), (CAREFUL, False)):
        scored = publish_with(world(1), flaws)
        assert bool(find_narrow_scores(scored, targets=12)) is finds


def test_a04_solves_for_hidden_communes(publish_with: Publish) -> None:
    assert any(find_narrow_communes(publish_with(world(seed), THRESHOLD_ONLY)) for seed in range(8))


def test_a04_solves_for_a_commune_that_left_the_pool(publish_with: Publish) -> None:
    (found,) = find_narrow_communes(publish_with(with_a_leaver(), LEAVES_FREELY))
    assert found.what == "4 people, known to be 2 to 11 (nobody goes)"
    assert find_narrow_communes(publish_with(with_a_leaver(), CAREFUL)) == []


@pytest.mark.parametrize("plant", ["all pass", "all fail", "all 10", "all 0", "all 7"])
def test_a05_finds_what_everybody_answered(publish_with: Publish, plant: Plant) -> None:
    acts = world(1)
    commune = early_commune(acts)
    assert find_certain_answers(publish_with(planted(acts, plant, commune, 1), PRECISE))
    assert not find_certain_answers(publish_with(planted(acts, plant, commune, 1), CAREFUL))


def test_a05_tells_a_twin(publish_with: Publish) -> None:
    acts = world(1)
    commune = early_commune(acts)
    alike = planted(acts, "all 10", commune, 1)
    twin = with_one_otherwise(alike, commune, 4)
    for flaws, is_told in ((PRECISE, True), (CAREFUL, False)):
        exports, other = (publish_with(each, flaws).exports for each in (alike, twin))
        assert bool(find_twin_differences(exports, other, commune)) is is_told


def test_a06_finds_hiding_by_score(publish_with: Publish) -> None:
    acts = world(3)
    for flaws, leaks in ((Flaws(hides_by_score=True), True), (CAREFUL, False)):
        ours, other = (publish_with(each, flaws).exports for each in (acts, permuted(acts, 3)))
        assert bool(find_pattern_leaks(ours, other)) is leaks


def erasure(publish_with: Publish, flaws: Flaws, when: When, seed: int = 2) -> tuple[Scored, Scored, str]:
    """A world with and without an erasure, and who was erased."""
    acts = world(seed)
    victim = steady_people(acts, early_commune(acts))[0]
    return publish_with(with_erasure(acts, victim, when), flaws), publish_with(acts, flaws), victim


@pytest.mark.parametrize("flaws", [LIVE, Flaws(restates=True)], ids=["live", "restates"])
@pytest.mark.parametrize("when", ["after seal", "before final"])
def test_a07_sees_an_erasure(publish_with: Publish, flaws: Flaws, when: When) -> None:
    assert find_erasure_traces(*erasure(publish_with, flaws, when))


def test_a07_sees_means_beside_a_stale_row(publish_with: Publish) -> None:
    flaws = Flaws(keeps_means=True)
    worlds = [erasure(publish_with, flaws, "before final", seed) for seed in range(4)]
    found = [finding for each in worlds for finding in find_erasure_traces(*each)]
    assert any("says means" in finding.what for finding in found)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("when", ["before seal", "after seal", "before final"])
def test_a07_is_calm_about_a_careful_publisher(publish_with: Publish, when: When, seed: int) -> None:
    assert find_erasure_traces(*erasure(publish_with, CAREFUL, when, seed)) == []


def test_a08_hears_the_echo(publish_with: Publish) -> None:
    acts = world(2)
    low, high = (with_prober(acts, early_commune(acts), points) for points in (0, 10))
    for flaws, echoes in ((LIVE, True), (PRECISE, False), (CAREFUL, False)):
        assert bool(find_echoes(publish_with(low, flaws), publish_with(high, flaws).exports)) is echoes


def test_a09_reads_the_victim_from_precise_figures(publish_with: Publish) -> None:
    opened = {}
    for flaws in (PRECISE, CAREFUL):
        found = []
        for seed in range(20):
            acts, commune, known = sybil_world(seed)
            openness = victims_openness(publish_with(acts, flaws).exports, commune, known)
            assert openness
            found.append(openness["total"])
        opened[flaws] = median(found)
    assert opened[PRECISE] < 0.1 < 0.4 < opened[CAREFUL]


def test_a13_reads_what_files_say_besides(publish_with: Publish) -> None:
    scored = publish_with(world(0), Flaws(says_who=True))
    living = [len(scored.truth.at(release.as_of)) for release in scored.exports.releases]
    said = "\n".join(finding.what for finding in find_metadata(scored.exports, secrets=living))
    assert "creator is 'Nguyễn Văn A'" in said
    assert "created is 2026-03-09T10:11:12Z" in said
    assert "defines the name" in said
    assert "sheet 'raw' is hidden" in said
    assert "a hidden row" in said
    assert "a hidden col" in said
    assert "the number 71.4286 is not in the JSON" in said
    assert "the formula 'SUM(B2:B9)'" in said
    assert "may be taken for a formula" in said
    assert "comments1.xml" in said
    assert "custom.xml" in said
    assert "points outside" in said
    assert f"docProps/core.xml says {living[-1]}" in said


def test_a13_is_calm_about_a_plain_file(publish_with: Publish) -> None:
    assert find_metadata(publish_with(world(0), CAREFUL).exports) == []


@pytest.mark.parametrize("flaws", [THRESHOLD_ONLY, LIVE], ids=["threshold", "live"])
def test_a15_tracks_a_few(publish_with: Publish, flaws: Flaws) -> None:
    assert find_trackers(publish_with(world(1), flaws))


def test_a15_tracks_who_was_in_the_pool(publish_with: Publish) -> None:
    """The pool before, the pool after, and the commune that left it: three rows."""
    found = find_trackers(publish_with(with_a_leaver(), LEAVES_FREELY))
    assert any(finding.where == "(pooled@2 + 03667@2) − (pooled@1)" for finding in found)
    assert find_trackers(publish_with(with_a_leaver(), CAREFUL)) == []


def test_a15_tells_files_apart(tmp_path: Path) -> None:
    published = {"plain": CAREFUL, "again": CAREFUL, "other": Flaws(says_who=True)}
    plain, again, other = (publish(world(0), tmp_path / name, flaws).folder for name, flaws in published.items())
    assert find_file_differences(plain, again) == []
    assert find_file_differences(plain, other)


@pytest.mark.parametrize("seed", range(8))
def test_the_attacks_are_calm_about_a_careful_publisher(publish_with: Publish, seed: int) -> None:
    """Without LP: complements that were not audited do not hold against it."""
    scored = publish_with(world(seed), CAREFUL)
    for find in (find_small_changes, find_residuals, find_cross_residuals, find_narrow_communes, find_trackers):
        assert find(scored) == []
    assert find_certain_answers(scored) == []
