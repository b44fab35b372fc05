"""What whoever runs hoctap may set about sending."""

from dataclasses import dataclass, field

from engine.campaigns.hours import DECENT, Calm, Hours


@dataclass(frozen=True, slots=True)
class SendingRules:
    """`most_alone`: over so many people a second officer must approve. `per_second`: what campaigns may send.

    `hours`: those of a campaign that asks for no others.
    """

    calm: Calm = field(default_factory=Calm)
    most_alone: int = 200
    per_second: int = 25
    hours: Hours = DECENT
