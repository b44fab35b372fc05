"""The errors of hoctap, by who must act.

HoctapError
├── ContentProblems    the author: a content file is wrong; hoctap refuses to start
├── SettingsProblem    whoever runs it: a setting, a file or a database is not as it must be
└── NotFound           nobody: a file was asked for that this person does not have

What a citizen types wrongly is no error: the engine asks again. Everything else that is raised is a bug: it is
logged without personal data, the person gets an apology, and the state stays as it was.
"""

from collections.abc import Sequence


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
