"""Choosing the commune: a typed name, at most one list to choose from, one confirmation."""

from engine.communes import CommuneHit
from engine.conversation.scene import Act, Draw, Read, Scene
from engine.conversation.welcome import consent
from engine.messages import Button, Screen

HITS_A_PAGE = 6
MANY_HITS = 2 * HITS_A_PAGE
"""From more than these on it is quicker to type a few letters more than to leaf."""


def ask_commune(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """To the question for the commune."""
    return scene.go("commune")


def draw_commune(scene: Scene) -> Screen:
    """Type a name, today's or an old one."""
    html = scene.say("commune")
    if scene.commune:
        html = scene.say("commune.now", commune=scene.commune.name) + "\n" + html
    return scene.screen(html, (scene.button("back", "home"),), reads_numbers=False)


def read_commune(scene: Scene, typed: str) -> Scene | None:
    """A typed name → the confirmation, a list, or help if nothing fits. The words themselves are not kept."""
    hits = scene.handbook.province.search(typed)
    if not hits:
        return scene.go("commune").noting(scene.say("commune.none"))
    if len(hits) == 1:
        return scene.go("commune_confirm", hits[0].key)
    return scene.go("commune_hits", "0", *(hit.key for hit in hits))


def draw_commune_hits(scene: Scene) -> Screen:
    """The communes that fit, a few at a time; an old one with its district and what it is part of now."""
    page, keys = int(scene.place.about[0]), scene.place.about[1:]
    shown = keys[page * HITS_A_PAGE : (page + 1) * HITS_A_PAGE]
    hits = [hit for key in shown if (hit := scene.handbook.province.hit(key))]
    rows = [(Button(_hit_label(scene, hit), f"pick:{hit.key}", "choice"),) for hit in hits]
    ways = [scene.button("commune.again", "where")]
    if page:
        ways.append(scene.button("page.before", f"page:{page - 1}"))
    if (page + 1) * HITS_A_PAGE < len(keys):
        ways.append(scene.button("page.next", f"page:{page + 1}"))
    key = "commune.hits" if len(keys) <= MANY_HITS else "commune.many"
    return scene.screen(scene.say(key, count=len(keys)), *rows, tuple(ways))


def _hit_label(scene: Scene, hit: CommuneHit) -> str:
    if hit.former is None:
        return hit.commune.name
    return scene.say.plain("commune.former", name=hit.former.name, district=hit.former.district_name)


def turn_page(scene: Scene, page: tuple[str, ...]) -> Scene:
    """To another page of the list."""
    return scene.go(scene.place.name, page[0], *scene.place.about[1:])


def pick(scene: Scene, key: tuple[str, ...]) -> Scene:
    """One of the list: confirm it."""
    return scene.go("commune_confirm", key[0])


def draw_commune_confirm(scene: Scene) -> Screen:
    """Says which commune that is today; before consent, the yes is the consent (the notice came before)."""
    hit = scene.handbook.province.hit(scene.place.about[0])
    if hit is None:
        return draw_commune(scene)
    if hit.former is None:
        html = scene.say("commune.confirm", commune=hit.commune.name)
    else:
        html = scene.say(
            "commune.confirm_former",
            former=hit.former.name,
            district=hit.former.district,
            commune=hit.commune.name,
        )
    yes = "commune.yes" if scene.account.has_consented else "commune.yes_and_agree"
    ways = [scene.button("commune.again", "where")]
    if not scene.account.has_consented:
        ways.append(scene.button("commune.decline", "decline"))
    return scene.screen(html, (scene.button(yes, f"live:{hit.commune.code}", "main"),), tuple(ways))


def choose_commune(scene: Scene, code: tuple[str, ...]) -> Scene:
    """The person lives (or works) there."""
    agreed = scene if scene.account.has_consented else consent(scene)
    return agreed.with_account(commune=code[0]).telling("commune_chosen").go_home()


DRAWS: dict[str, Draw] = {
    "commune": draw_commune,
    "commune_hits": draw_commune_hits,
    "commune_confirm": draw_commune_confirm,
}
ACTS: dict[str, Act] = {"where": ask_commune, "page": turn_page, "pick": pick, "live": choose_commune}
READS: dict[str, Read] = {
    "commune": read_commune,
    "commune_hits": read_commune,
    "commune_confirm": read_commune,
}
