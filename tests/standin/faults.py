"""What goes wrong on purpose: decided by a seeded generator, so that the same test breaks in the same way."""

import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standin.refusal import Refused

_SERVER_ERRORS = ((500, "Internal Server Error"), (502, "Bad Gateway"))


@dataclass(frozen=True)
class Scripted:
    """An answer that a test wrote itself."""

    status: int
    body: bytes


@dataclass
class Faults:
    """`cut` and `restore` are set by the server, which alone knows the connections."""

    seed: int = 0
    fail_share: float = 0.0
    fail_methods: frozenset[str] | None = None
    """Lower-case names that `fail_share` is for; None for all."""
    duplicate: bool = False
    shuffle: bool = False
    delay_seconds: float = 0.0
    cut: Callable[[], None] = lambda: None
    restore: Callable[[], None] = lambda: None
    failed: int = 0
    """How many answers were 5xx so far."""
    _scripted: dict[str, deque[Scripted]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def answer_next(self, method: str, status: int, body: Any) -> None:
        """The next call of the method gets this answer and has no effect: first in, first out. Bytes go as is."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._scripted.setdefault(method.lower(), deque()).append(Scripted(status, content))

    def scripted(self, method: str) -> Scripted | None:
        waiting = self._scripted.get(method)
        return waiting.popleft() if waiting else None

    def decide(self, method: str) -> tuple[Refused | None, bool]:
        """The 5xx answer that this call gets, if any, and whether it takes effect all the same."""
        if not self.fail_share or (self.fail_methods is not None and method not in self.fail_methods):
            return None, True
        if self.random.random() >= self.fail_share:
            return None, True
        code, words = _SERVER_ERRORS[self.failed % 2]
        self.failed += 1
        return Refused(code, words), self.random.random() < 0.5
