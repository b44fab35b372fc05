"""Buttons under messages that arrived on their own: campaigns, reminders, notices. They work at every place."""

from engine.conversation.campaigning import approve, open_campaign, send_back
from engine.conversation.common_counts import show_my_commune
from engine.conversation.reminding import stop_messages
from engine.conversation.rights import go_home
from engine.conversation.scene import Act, Draw, Scene

VERB = "message"
"""What the action of such a button begins with: `message:stop`."""

BUTTONS: dict[str, Act] = {
    "open": go_home,
    "continue": go_home,
    "my_commune": show_my_commune,
    "stop": stop_messages,
    "campaign": open_campaign,
    "approve": approve,
    "return": send_back,
}
"""What comes behind the verb, and what it does; that gets the parts behind it."""


def is_under_message(action: str | None) -> bool:
    """Whether an action is of such a button."""
    return action is not None and action.partition(":")[0] == VERB


def press_under_message(scene: Scene, parts: tuple[str, ...]) -> Scene:
    """What the button says; nothing, if it is of a message older or newer than this program."""
    act = BUTTONS.get(parts[0]) if parts else None
    return act(scene, parts[1:]) if act else scene.telling("press_outdated")


DRAWS: dict[str, Draw] = {}
ACTS: dict[str, Act] = {VERB: press_under_message}
