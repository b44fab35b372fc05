"""How much work one run puts into its figures."""

from dataclasses import dataclass

from benchmarks.citizens import ASSESSMENT


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes of everything that is repeated. What the benchmarks do is the same for every effort."""

    repetitions: int
    turns: int
    """Turns in a row that make one measured value; divisible by the threads and by an assessment."""
    citizens: int
    """Chats that take turns in one repetition."""
    web_assessments: int
    """Whole assessments over HTTP that make one measured value."""
    telegram_presses: int
    """Presses over HTTP at saturation that make one measured value."""
    paced_presses: int
    """Presses at Telegram's pace."""
    few_accounts: int
    many_accounts: int
    most_accounts: int
    """Each of the three divides the next."""
    server_accounts: int
    """Of the many, those that press a button on a real server."""
    drawings: int
    few_ballots: int
    many_ballots: int
    release_units: int
    """For how many units a seal makes files: the province first, then communes."""
    recipients: int
    """Of a campaign; all of them are written down, some get their copy."""
    campaigns: int
    """To everybody, of which there are ledgers."""
    messages: int
    """That one run of the sender sends without limits."""
    steady_seconds: float
    """At the pace that Telegram allows."""


FULL = Effort(
    repetitions=5,
    turns=ASSESSMENT * 320,
    citizens=500,
    web_assessments=150,
    telegram_presses=1_500,
    paced_presses=250,
    few_accounts=1_000,
    many_accounts=100_000,
    most_accounts=1_000_000,
    server_accounts=10_000,
    drawings=20,
    few_ballots=16_000,
    many_ballots=1_000_000,
    release_units=76,
    recipients=900_000,
    campaigns=20,
    messages=10_000,
    steady_seconds=60,
)
QUICK = Effort(
    repetitions=1,
    turns=ASSESSMENT * 16,
    citizens=40,
    web_assessments=4,
    telegram_presses=200,
    paced_presses=10,
    few_accounts=50,
    many_accounts=500,
    most_accounts=1_000,
    server_accounts=100,
    drawings=2,
    few_ballots=300,
    many_ballots=500,
    release_units=1,
    recipients=3_000,
    campaigns=3,
    messages=300,
    steady_seconds=1,
)
