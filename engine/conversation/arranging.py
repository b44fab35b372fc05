"""What stands under a campaign's words, and when it leaves: its buttons, its link, its time."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from markupsafe import Markup

from engine.campaigns.life import FARTHEST, Campaign
from engine.campaigns.message import MOST_BUTTONS, ButtonKind, MessageButton
from engine.campaigns.sentence import say_moment
from engine.campaigns.writing import button_label
from engine.conversation.asking import CHOSEN
from engine.conversation.at_the_desk import (
    OFF,
    ON,
    go_to,
    of_campaign,
    on_campaign,
    reading,
    say_head,
    to_campaign,
)
from engine.conversation.desk import Desk
from engine.conversation.scene import Act, Draw, Read, Scene
from engine.messages import Button, Screen
from engine.state import HOME_ZONE, day_of

OURS: tuple[ButtonKind, ...] = ("open", "continue", "my_commune")
"""Buttons that lead to a place in the chat."""
NOW, TOMORROW = "now", "tomorrow"

_DAY = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s*(?:giờ|gio|h|:)\s*(\d{2})?(?!\d)", re.IGNORECASE)


def draw_buttons(scene: Scene, _: Desk, campaign: Campaign) -> Screen:
    """Each button on or off, and a link of one's own."""
    number, chosen = campaign.id, {button.kind: button for button in campaign.message.buttons}
    rows = [(_switch(scene, campaign, MessageButton(kind), is_on=kind in chosen),) for kind in OURS]
    if link := chosen.get("link"):
        rows.append((_switch(scene, campaign, link, is_on=True),))
    else:
        rows.append((scene.button("desk.add_link", f"campaign_link:{number}"),))
    how = scene.say("desk.buttons_how", most=MOST_BUTTONS, stop=scene.say.plain("campaign.stop"))
    html = say_head(scene, campaign) + "\n" + how
    if link:
        html += "\n" + scene.say("desk.link_now", label=link.label, url=link.url)
    return scene.screen(html, *rows, (scene.button("question.done", f"campaign:{number}", "main"),))


def _switch(scene: Scene, campaign: Campaign, button: MessageButton, *, is_on: bool) -> Button:
    label = (CHOSEN if is_on else "") + button_label(button, scene.say)
    return Button(label, f"campaign_button:{campaign.id}:{button.kind}:{OFF if is_on else ON}", "choice")


def _switch_button(scene: Scene, desk: Desk, number: int, parts: tuple[str, ...]) -> Scene:
    kind = next(each for each in (*OURS, "link") if each == parts[0])
    _put_button(desk, number, kind, MessageButton(kind) if parts[1] == ON else None)
    return scene.go("campaign_buttons", str(number))


def _put_button(desk: Desk, number: int, kind: str, button: MessageButton | None) -> None:
    """In the place of the one of its kind; None: without it."""
    message = desk.campaign(number).message
    buttons = [each for each in message.buttons if each.kind != kind]
    buttons += [button] if button else []
    desk.change(number, message=replace(message, buttons=tuple(buttons)))


def draw_link(scene: Scene, _: Desk, campaign: Campaign) -> Screen:
    """How to type a link."""
    return scene.screen(
        say_head(scene, campaign) + "\n" + scene.say("desk.link_how"),
        (scene.button("back", f"campaign_buttons:{campaign.id}"),),
        reads_numbers=False,
    )


def _read_link(scene: Scene, desk: Desk, number: int, typed: str) -> Scene:
    label, bar, url = typed.partition("|")
    if not bar:
        return scene.noting(scene.say("desk.link_not_read"))
    _put_button(desk, number, "link", MessageButton("link", label.strip(), url.strip()))
    return scene.go("campaign_buttons", str(number))


def draw_time(scene: Scene, _: Desk, campaign: Campaign) -> Screen:
    """When it begins, by a button or by words."""
    say, number, hours = scene.say, campaign.id, campaign.hours
    if campaign.starts_at is None:
        begins = say("desk.time_now")
    else:
        begins = say("desk.time_set", moment=say_moment(say, campaign.starts_at, scene.now))
    first, last = f"{hours.first:%H:%M}", f"{hours.last:%H:%M}"
    tomorrow = say.plain("desk.time_tomorrow", clock=first)
    return scene.screen(
        Markup("\n").join((say_head(scene, campaign), begins, say("desk.time_how", first=first, last=last))),
        (scene.button("desk.time_at_once", f"campaign_at:{number}:{NOW}", "choice"),),
        (Button(tomorrow, f"campaign_at:{number}:{TOMORROW}", "choice"),),
        (scene.button("back", f"campaign:{number}", "main"),),
        reads_numbers=False,
    )


def _choose_time(scene: Scene, desk: Desk, number: int, which: tuple[str, ...]) -> Scene:
    starts_at = None
    if which[0] == TOMORROW:
        day = day_of(scene.now) + timedelta(days=1)
        starts_at = datetime.combine(day, desk.campaign(number).hours.first, HOME_ZONE)
    desk.change(number, starts_at=starts_at)
    return to_campaign(scene, number)


def _read_time(scene: Scene, desk: Desk, number: int, typed: str) -> Scene:
    moment = read_moment(typed, scene.now)
    if moment is None:
        return scene.noting(scene.say("desk.time_not_read"))
    if moment <= scene.now:
        return scene.noting(scene.say("desk.time_over", moment=say_moment(scene.say, moment, scene.now)))
    if moment > scene.now + FARTHEST:
        return scene.noting(scene.say("desk.time_far", moment=say_moment(scene.say, moment, scene.now)))
    desk.change(number, starts_at=moment)
    return to_campaign(scene, number)


def read_moment(typed: str, now: datetime) -> datetime | None:
    """ "5/10 8:00", "8h30 ngày 5/10/2026" → the moment at home; None if it is none. Without a year: this year."""
    day, clock = _DAY.search(typed), _CLOCK.search(typed)
    if not (day and clock):
        return None
    year = int(day[3] or day_of(now).year)
    try:
        return datetime(year, int(day[2]), int(day[1]), int(clock[1]), int(clock[2] or 0), tzinfo=HOME_ZONE)
    except ValueError:
        return None


DRAWS: dict[str, Draw] = {
    "campaign_buttons": of_campaign(draw_buttons),
    "campaign_link": of_campaign(draw_link),
    "campaign_time": of_campaign(draw_time),
}
ACTS: dict[str, Act] = {
    "campaign_buttons": go_to("campaign_buttons"),
    "campaign_button": on_campaign(_switch_button),
    "campaign_link": go_to("campaign_link"),
    "campaign_time": go_to("campaign_time"),
    "campaign_at": on_campaign(_choose_time),
}
READS: dict[str, Read] = {"campaign_link": reading(_read_link), "campaign_time": reading(_read_time)}
