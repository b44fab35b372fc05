"""Greeting, consent, and the two words we read before anyone has agreed to anything."""

from dataclasses import replace

from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Button, Screen
from engine.state import CONSENT_VERSION


def draw_greeting(scene: Scene) -> Screen:
    """Three lines: what this is, how long it takes, what is not asked."""
    begin = Button(scene.say.plain("greeting.begin"), ":".join(("begin", *scene.place.about)), "main")
    others = tuple(
        Button(texts.name, f"speak:{language}")
        for language, texts in scene.handbook.languages.items()
        if language != scene.say.language
    )
    return scene.screen(scene.say("greeting"), (begin,), (scene.button("read_more", "about"), *others))


def begin(scene: Scene, link: tuple[str, ...]) -> Scene:
    """To the consent notice, with the commune of the link."""
    if scene.account.has_consented:
        return scene.go_home()
    return scene.go("consent", *link)


def draw_consent(scene: Scene) -> Screen:
    """What is kept, what for, how to erase, that this is not the title; and the commune of the link."""
    link = tuple(code for code in scene.place.about if code in scene.handbook.province.by_code)
    agree = scene.button("consent.agree", ":".join(("agree", *link)), "main")
    ways = (scene.button("read_more", "about"), scene.button("consent.decline", "decline"))
    if not link:
        return scene.screen(scene.say("consent"), (agree,), ways)
    commune = scene.handbook.province.by_code[link[0]]
    html = scene.say("consent") + "\n\n" + scene.say("consent.commune", commune=commune.name)
    return scene.screen(html, (agree,), (*ways, scene.button("consent.elsewhere", "elsewhere")))


def consent(scene: Scene) -> Scene:
    """Writes down that the person agreed, to which notice and when."""
    return scene.with_account(consent_version=CONSENT_VERSION, consented_at=scene.now).telling("consent_given")


def agree(scene: Scene, link: tuple[str, ...]) -> Scene:
    """Consent, and the commune of the link with it."""
    agreed = consent(scene)
    return (agreed.with_account(commune=link[0]) if link else agreed).go_home()


def elsewhere(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Not the commune of the link: ask which."""
    return scene.go("commune")


def decline(scene: Scene, _: tuple[str, ...]) -> Scene:
    """Nothing stays but the fact that the chat exists: not even the language."""
    bare = replace(scene.state, account=scene.account.bare(), sessions={})
    return replace(scene, state=bare).go("declined").telling("consent_declined")


def draw_declined(scene: Scene) -> Screen:
    """A friendly good-bye."""
    return scene.screen(scene.say("declined"), (scene.button("declined.begin", "begin"),))


def draw_about(scene: Scene) -> Screen:
    """Who is behind this, what is kept, how long, and what it is not."""
    return scene.screen(scene.say("about"), (scene.button("back", "back", "main"),))


def show_about(scene: Scene, _: tuple[str, ...]) -> Scene:
    """To the longer explanation."""
    return scene.step_aside("about")


DRAWS: dict[str, Draw] = {
    "greeting": draw_greeting,
    "consent": draw_consent,
    "declined": draw_declined,
    "about": draw_about,
}
ACTS: dict[str, Act] = {
    "begin": begin,
    "agree": agree,
    "elsewhere": elsewhere,
    "decline": decline,
    "about": show_about,
}
