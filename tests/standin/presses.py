"""answerCallbackQuery: the small notice after a press, which must come in time."""

from tests.standin.parameters import Parameters
from tests.standin.refusal import bad_request
from tests.standin.world import World

LONGEST_ANSWER = 200  # https://core.telegram.org/bots/api#answercallbackquery


def answer_callback_query(world: World, asked: Parameters) -> bool:
    """Late answers are refused; a second answer in time is taken, as Telegram does."""
    press = world.presses.get(asked.text("callback_query_id"))
    now = world.clock.monotonic()
    if press is None or now - press.at > world.press_lives_seconds:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = asked.text("text")
    if len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answered_at, press.text, press.show_alert = now, text, asked.flag("show_alert")
    world.changed.notify_all()
    world.on_answered(press)
    return True
