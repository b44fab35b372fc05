"""A9 in a flood: fake people whose accounts were made all at once come to a small commune."""

from collections.abc import Sequence
from random import Random

from bot.world_file import Act
from bot.world_making import FEASIBLE, make_world
from tests.attacks.broken import commune_codes
from tests.attacks.worlds import COMMUNES, numbered

DAYS = 15  # two seals
HONEST = 12
FAKES = 40


def flood_world(seed: int) -> tuple[list[Act], list[Act], str]:
    """The world with a flood and without it, and the commune that it goes to: there are 12 honest people in it."""
    dice = Random(seed)
    codes = dice.sample(commune_codes(), COMMUNES)
    acts = [act for act in make_world(codes, 80, DAYS, seed) if act.act != "close"]  # the final proof takes long
    target = dice.choice(codes)
    first = next(act for act in acts if act.act == "seal")
    theirs = [act for act in acts if act.commune == target and act.act == "submit" and act.line < first.line]
    honest = {act.person for act in theirs[:HONEST]}
    others = {act.person for act in acts if act.commune == target} - honest
    calm = numbered([act for act in acts if act.person not in others])
    return numbered(_with_flood(calm, target, dice)), calm, target


def _with_flood(calm: Sequence[Act], target: str, dice: Random) -> list[Act]:
    """Fake people, alike in all they say, on the day before the first seal."""
    place = next(index for index, act in enumerate(calm) if act.act == "seal")
    scores = (dice.choice(FEASIBLE),) * 10
    fakes = [
        Act(0, calm[place - 1].day, f"fake-{number}", "flood", target, "farmer", "female", "30-44", scores)
        for number in range(FAKES)
    ]
    return [*calm[:place], *fakes, *calm[place:]]
