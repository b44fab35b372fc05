"""What a person may do at any time: get help, change the language, erase everything."""

from dataclasses import replace

from engine.conversation.reminding import remind_button
from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Button, Screen


def show_help(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """To the help, and back to where one was."""
    return scene.step_aside("help")


def draw_help(scene: Scene) -> Screen:
    """How to answer, and everything one may do at any time, as buttons and as commands."""
    back = (scene.button("back", "back", "main"),)
    campaigns = (scene.button("help.campaigns", "campaigns"),) if scene.desk else ()
    office = (*campaigns, scene.button("help.console", "console")) if scene.state.staff else ()
    if not scene.account.has_consented:
        return scene.screen(scene.say("help.screen"), back, office, (scene.button("help.language", "language"),))
    return scene.screen(
        scene.say("help.screen"),
        back,
        office,
        (scene.button("help.result", "last_result"), scene.button("help.again", "again")),
        (scene.button("help.family", "family"), scene.button("help.commune", "where")),
        (scene.button("help.my_commune", "my_commune"),),
        (scene.button("help.my_data", "my_data"), scene.button("help.erase", "erase")),
        (remind_button(scene), scene.button("help.stop", "stop")),
        (scene.button("help.language", "language"),),
    )


def show_language(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """To the choice of language."""
    return scene.step_aside("language")


def draw_language(scene: Scene) -> Screen:
    """The languages that are complete, each by its own name."""
    rows = [
        (Button(texts.name, f"speak:{language}", "choice"),) for language, texts in scene.handbook.languages.items()
    ]
    return scene.screen(scene.say("language"), *rows, (scene.button("back", "back"),))


def speak(scene: Scene, language: tuple[str, ...]) -> Scene:
    """From now on in this language."""
    changed = replace(scene, say=scene.handbook.speak(language[0])).with_account(language=language[0])
    return changed.step_back() if scene.place.name == "language" else changed


def step_back(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Back to where one was."""
    return scene.step_back()


def go_home(scene: Scene, _: tuple[str, ...]) -> Scene:
    """To what comes next."""
    return scene.go_home()


def ask_erase(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """Asks once."""
    return scene.step_aside("erase")


def draw_erase(scene: Scene) -> Screen:
    """Says what will be gone, and that it cannot be brought back."""
    count = len(scene.state.sessions)
    if count:
        html = scene.say("erase.sure", count=count)
    else:
        is_known = scene.account.has_consented
        html = scene.say("erase.sure_counted") if is_known else scene.say("erase.sure_of_little")
    keep = scene.button("erase.no", "back", "main")
    return scene.screen(html, (keep,), (scene.button("erase.yes", "erase_all"),))


def erase(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Really everything: the account and all its sessions."""
    bare = replace(scene.state, account=replace(scene.account.bare(), id=None), sessions={})
    return replace(scene, state=bare, is_erased=True).go("erased").telling("account_erased")


def draw_erased(scene: Scene) -> Screen:
    """It is done. The next press begins anew."""
    return scene.screen(scene.say("erased"), (scene.button("declined.begin", "begin"),))


DRAWS: dict[str, Draw] = {
    "help": draw_help,
    "language": draw_language,
    "erase": draw_erase,
    "erased": draw_erased,
}
ACTS: dict[str, Act] = {
    "help": show_help,
    "language": show_language,
    "speak": speak,
    "back": step_back,
    "home": go_home,
    "erase": ask_erase,
    "erase_all": erase,
}
