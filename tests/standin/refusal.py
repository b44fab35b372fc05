"""How the Bot API says no: the status, the words and the parameters of an answer that is not ok."""

from typing import Any


class Refused(Exception):
    """An answer that is not ok. The HTTP status is the error code."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(words: str) -> Refused:
    return Refused(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refused:
    return Refused(403, f"Forbidden: {words}")


def conflict(words: str) -> Refused:
    return Refused(409, f"Conflict: {words}")


def too_many_requests(retry_after_seconds: int) -> Refused:
    words = f"Too Many Requests: retry after {retry_after_seconds}"
    return Refused(429, words, retry_after=retry_after_seconds)
