"""An assessment as a whole: choosing a form, pausing, coming back, starting over."""

from engine.conversation.asking import how_far
from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Button, Screen
from engine.state import Session, round_of


def draw_form(scene: Scene) -> Screen:
    """What work someone does decides which questions they get."""
    rows = [
        (Button(scene.say.content(form.title), f"form:{form.form}", "choice"),)
        for form in scene.handbook.forms.values()
    ]
    key = "form.other" if scene.account.person else "form"
    html = scene.say(key, who=scene.person_name(scene.account.person))
    ways = (scene.button("form.someone_else", "family"), scene.button("help", "help"))
    return scene.screen(html, *rows, ways)


def start_session(scene: Scene, form: tuple[str, ...]) -> Scene:
    """Begins the newest version of a form. A finished result stays until this one is finished too."""
    questionnaire = scene.handbook.forms[form[0]]
    session = Session(
        person=scene.account.person,
        form=questionnaire.form,
        version=questionnaire.version,
        round=round_of(scene.now),
        started_at=scene.now,
        position=questionnaire.questions[0].id,
    )
    return scene.with_session(session).telling("session_started").go("question")


def pause(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Everything is kept already: only say so."""
    return scene.go("paused")


def draw_paused(scene: Scene) -> Screen:
    """It is saved; how to come back."""
    ways = (scene.button("restart", "restart"), scene.button("help", "help"))
    return scene.screen(scene.say("paused"), (scene.button("go_on", "continue", "main"),), ways)


def draw_resume(scene: Scene) -> Screen:
    """Welcome back: this is where you are."""
    number, total = how_far(scene)
    html = scene.say("resume", number=number, total=total)
    ways = (scene.button("restart", "restart"), scene.button("help", "help"))
    return scene.screen(html, (scene.button("go_on", "continue", "main"),), ways)


def continue_session(scene: Scene, _: tuple[str, ...]) -> Scene:
    """On to where one stopped."""
    return scene.go_home()


def ask_restart(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Asks once before answers are thrown away."""
    return scene.go("restart")


def draw_restart(scene: Scene) -> Screen:
    """Says what will be gone."""
    html = scene.say("restart.sure", count=len(scene.session.answers))
    keep = scene.button("restart.no", "continue", "main")
    return scene.screen(html, (keep,), (scene.button("restart.yes", "restart_now"),))


def restart(scene: Scene, _: tuple[str, ...]) -> Scene:
    """From the beginning, the choice of form included."""
    return scene.without_session(scene.account.person, finished=False).go("form").telling("session_discarded")


DRAWS: dict[str, Draw] = {
    "form": draw_form,
    "paused": draw_paused,
    "resume": draw_resume,
    "restart": draw_restart,
}
ACTS: dict[str, Act] = {
    "form": start_session,
    "pause": pause,
    "continue": continue_session,
    "restart": ask_restart,
    "restart_now": restart,
}
