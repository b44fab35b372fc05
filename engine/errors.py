"""The errors of hoctap, by who must act.

HoctapError
├── ContentProblems    the author: a content file is wrong; hoctap refuses to start
├── SettingsProblem    whoever runs it: a setting, a file or a database is not as it must be
├── NotFound           nobody: a file was asked for that this person does not have
├── ReleaseRefused     whoever is in charge of the figures: a release could not be proved safe, or is not due
│   └── SealOvertaken      nobody: another process sealed, or is sealing
├── Refused            staff: what they asked for is not possible, and the console or the chat says why
│   ├── CampaignRefused    the officer: something about a campaign, or a step that is not possible now
│   └── SettingRefused     the administrator: what was entered cannot be kept
└── SendFailure        the channel: a message did not arrive
    ├── RecipientGone      nobody: the chat cannot be reached until its person comes back
    ├── TryLater           the messenger says when
    ├── MessageRefused     us: this message will never be taken
    └── ChannelDown        whoever runs it, if it lasts: the messenger or the way to it is down

What a citizen types wrongly is no error: the engine asks again. Everything else that is raised is a bug: it is
logged without personal data, the person gets an apology, and the state stays as it was.
"""

from collections.abc import Sequence

from engine.state import Unreachable


class HoctapError(Exception):
    """The root of all errors that hoctap raises on purpose."""


class ContentProblems(HoctapError):
    """Content files that cannot be used; `problems` are the numbered findings, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class SettingsProblem(HoctapError):
    """Something about this machine or its settings; the text says what and what to do."""


class NotFound(HoctapError):
    """What was asked for is not there, or is not this person's: the two must not be told apart."""


class ReleaseRefused(HoctapError):
    """Nothing was released; the last release stays. `rule` is the rule that forbids it, `why` says more."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(f"no release ({rule}): {why}")
        self.rule = rule
        self.why = why


class SealOvertaken(ReleaseRefused):
    """Another process has sealed meanwhile, or has begun to: its release is the one that counts."""

    def __init__(self) -> None:
        super().__init__("S1", "another seal began meanwhile, and goes on")


class Refused(HoctapError):
    """Nothing was done. `key` is the message in the catalogues that tells staff why, with these values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(f"{key} {values}" if values else key)
        self.key = key
        self.values = values


class CampaignRefused(Refused):
    """Something about a campaign is not as it must be, or the step is not possible now."""


class SettingRefused(Refused):
    """What somebody entered in the console cannot be kept."""


class SendFailure(HoctapError):
    """A message did not arrive. Its words are the messenger's own kind of error, never what was to be sent."""


class RecipientGone(SendFailure):
    """The chat cannot be reached. `moved_to` is its new address, where the messenger knows one."""

    def __init__(self, why: str, unreachable: Unreachable, moved_to: str | None = None) -> None:
        super().__init__(why)
        self.unreachable = unreachable
        self.moved_to = moved_to


class TryLater(SendFailure):
    """Too much was sent: nothing may be sent for so many seconds."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class MessageRefused(SendFailure):
    """The messenger does not take this message, now or later."""


class ChannelDown(SendFailure):
    """Nobody answers, or what answers is not the messenger.

    `may_have_arrived`: it was sent off, and nobody knows whether the messenger took it.
    """

    def __init__(self, why: str, *, may_have_arrived: bool = True) -> None:
        super().__init__(why)
        self.may_have_arrived = may_have_arrived
