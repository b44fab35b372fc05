"""A family shares a phone: whom the chat is about, and how far each of them is."""

from engine.conversation.scene import Act, Draw, Scene, needed
from engine.messages import Button, Screen
from engine.state import MOST_PEOPLE, round_of


def draw_family(scene: Scene) -> Screen:
    """Who has assessed themself on this phone, and who may."""
    this_round = round_of(scene.now)
    done = {person for person in range(MOST_PEOPLE) if scene.account.has_finished(person, this_round)}
    people = sorted({person for person, _ in scene.state.sessions} | done | {0})
    rows = [
        (Button(f"{scene.person_name(person)}: {_how_far(scene, person)}", f"person:{person}", "choice"),)
        for person in people
    ]
    ways = [scene.button("back", "home")]
    newcomer = next((number for number in range(1, MOST_PEOPLE) if number not in people), None)
    if newcomer is not None:
        ways.insert(0, scene.button("family.add", f"person:{newcomer}", "main"))
    return scene.screen(scene.say("family", most=MOST_PEOPLE), *rows, tuple(ways))


def _how_far(scene: Scene, person: int) -> str:
    session = scene.state.sessions.get((person, False))
    finished = scene.finished_session_of(person)
    if session:
        return scene.say.plain("family.open", answered=len(session.answers))
    if finished:
        return scene.say.plain("family.finished", total=sum(needed(finished.scores)))
    if scene.account.has_finished(person, round_of(scene.now)):
        return scene.say.plain("family.counted")
    return scene.say.plain("family.new")


def choose_person(scene: Scene, person: tuple[str, ...]) -> Scene:
    """The chat is about this person from now on."""
    return scene.with_account(person=int(person[0])).go_home()


def show_family(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """To the choice of person."""
    return scene.go("family") if scene.account.has_consented and scene.commune else scene.go_home()


DRAWS: dict[str, Draw] = {"family": draw_family}
ACTS: dict[str, Act] = {"family": show_family, "person": choose_person}
