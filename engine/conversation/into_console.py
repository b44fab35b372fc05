"""The way from a chat into the console: staff ask for it, and get a link that works once."""

from markupsafe import Markup

from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Screen
from engine.texts import Texts

CONSOLE_ASKED = "console_asked"
"""Event: a member of staff wants to sign in. Whoever carries it out makes the code."""
SIGN_IN_PATH = "/console/sign-in/"


def ask_for_console(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """Stays where it is; the link stands above."""
    return scene.telling(CONSOLE_ASKED)


def draw_way_in(say: Texts, address: str, channel: str, code: str, spelt: str) -> Screen:
    """The link with the code, and the code to be typed on another device. `address` may be unknown: empty."""
    home = address.rstrip("/")
    html = say("console_link.code", code=spelt)
    if home:
        html = say("console_link.elsewhere", address=f"{home}/console") + "\n" + html
    if home or channel == "web":  # the web chat is on the same machine
        link = Markup('<a href="%s">%s</a>') % (home + SIGN_IN_PATH + code, say.plain("console_link.open"))
        html = link + "\n\n" + html
    return Screen("console_link", say.language, html, replaces=False, reads_numbers=False)


DRAWS: dict[str, Draw] = {}
ACTS: dict[str, Act] = {"console": ask_for_console}
