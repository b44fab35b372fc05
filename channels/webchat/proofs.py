"""What strangers do for coming in while very many do: some work for the phone, or a wait. Nothing of it is kept.

All is made from the cookie, the time and a secret that all processes share. A proof lets in the one cookie it was
made for, and that only once: afterwards the cookie has an account.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from channels.webchat.visitor import Visitor

PUZZLES, BITS = 16, 11
"""So many times a phone looks for a SHA-256 with so many leading zero bits: 33,000 attempts on average. One puzzle
of 15 bits would be as much, but four times as much for every fiftieth phone. See docs/abuse.md."""
WINDOW_SECONDS = 600
"""A proof is good in the window in which it was asked for, and in the next one."""
WAIT_SECONDS = 5
LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Proofs:
    """`clock` gives seconds since 1970: the same in all processes."""

    secret: bytes
    clock: Callable[[], float]

    def challenge(self, visitor: Visitor) -> str:
        """What the phone looks for an answer to: 64 hexadecimal digits."""
        return self._challenge(visitor, self._window)

    def is_answer(self, visitor: Visitor, answer: str) -> bool:
        """Whether the answer has a number for each puzzle, as proof.js finds them."""
        numbers = answer.split(",") if len(answer) <= LONGEST_ANSWER else []
        return len(numbers) == PUZZLES and any(
            all(_has_zeros(f"{challenge}{puzzle}.{number}") for puzzle, number in enumerate(numbers))
            for challenge in (self._challenge(visitor, window) for window in self._windows)
        )

    def ask_to_wait(self, visitor: Visitor) -> str:
        """A token for the page that waits in the place of the phone."""
        ready_at = int(self.clock()) + WAIT_SECONDS
        return f"{ready_at}.{self._sign(visitor, f'wait|{ready_at}')}"

    def has_waited(self, visitor: Visitor, token: str) -> bool:
        """Whether a page comes back that waited as long as it was asked to."""
        ready_at, _, signed = token.partition(".")
        if not (ready_at.isascii() and ready_at.isdigit() and len(ready_at) < LONGEST_ANSWER):
            return False
        is_ours = _are_same(signed, self._sign(visitor, f"wait|{ready_at}"))
        return is_ours and int(ready_at) <= self.clock() < int(ready_at) + WINDOW_SECONDS

    def let_pass(self, visitor: Visitor) -> str:
        """What stands in the form of somebody who has waited."""
        return self._sign(visitor, f"waited|{self._window}")

    def may_pass(self, visitor: Visitor, token: str) -> bool:
        """Whether the form is of somebody who has waited."""
        return bool(token) and any(
            _are_same(token, self._sign(visitor, f"waited|{window}")) for window in self._windows
        )

    def mark(self, visitor: Visitor) -> str:
        """The value of the cookie of somebody who has an account."""
        return self._sign(visitor, "known")

    def knows(self, visitor: Visitor, mark: str) -> bool:
        """Whether this browser has, or had, an account, without asking the database."""
        return not visitor.is_new and _are_same(mark, self.mark(visitor))

    @property
    def _window(self) -> int:
        return int(self.clock()) // WINDOW_SECONDS

    @property
    def _windows(self) -> tuple[int, int]:
        return self._window, self._window - 1

    def _challenge(self, visitor: Visitor, window: int) -> str:
        return self._sign(visitor, f"challenge|{window}")

    def _sign(self, visitor: Visitor, what: str) -> str:
        # Not hmac.digest: it lets another thread run meanwhile, and waits for its own turn many times as long.
        return hashlib.blake2b(f"{what}|{visitor.address}".encode(), key=self.secret, digest_size=32).hexdigest()


def _has_zeros(text: str) -> bool:
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def _are_same(told: str, ours: str) -> bool:
    return hmac.compare_digest(told.encode(), ours.encode())
