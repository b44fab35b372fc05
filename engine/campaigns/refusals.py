"""Says in the officer's language at what point a campaign is, and why something about it is not possible."""

from markupsafe import Markup

from engine.campaigns.life import CampaignState
from engine.errors import Refused
from engine.texts import Texts


def say_state(say: Texts, state: CampaignState) -> str:
    """At what point a campaign is, in two words."""
    return {
        "draft": say.plain("campaign_state.draft"),
        "submitted": say.plain("campaign_state.submitted"),
        "approved": say.plain("campaign_state.approved"),
        "scheduled": say.plain("campaign_state.scheduled"),
        "sending": say.plain("campaign_state.sending"),
        "paused": say.plain("campaign_state.paused"),
        "done": say.plain("campaign_state.done"),
        "cancelled": say.plain("campaign_state.cancelled"),
    }[state]


def say_refusal(say: Texts, refusal: Refused) -> Markup:
    """Why nothing was done. Our own words for states and steps are said in the officer's."""
    said = dict(refusal.values)
    if "state" in said:
        said["state"] = say_state(say, said["state"])  # type: ignore[arg-type]
    if "step" in said:
        said["step"] = _say_step(say, str(said["step"]))
    return say(refusal.key, **said)


def _say_step(say: Texts, step: str) -> str:
    """Only what officers do: the other steps are never refused to anybody."""
    return {
        "edit": say.plain("campaign_step.edit"),
        "submit": say.plain("campaign_step.submit"),
        "return": say.plain("campaign_step.return"),
        "approve": say.plain("campaign_step.approve"),
        "pause": say.plain("campaign_step.pause"),
        "resume": say.plain("campaign_step.resume"),
        "cancel": say.plain("campaign_step.cancel"),
        "again": say.plain("campaign_step.again"),
    }[step]
