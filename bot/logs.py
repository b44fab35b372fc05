"""Log lines: one JSON object each, and never anything about a person.

An exception's own words may hold what someone typed, so only its type and the places in the code are written; and
what to do about it.
"""

import json
import logging
import os
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import NoReturn

from storage.trouble import is_out_of_memory, what_to_do

_LAST_LINE = {
    "level": "critical",
    "room": __name__,
    "message": "there is no memory: the process ends",
    "do": what_to_do(MemoryError()),
}
_LAST_WORDS = json.dumps(_LAST_LINE).encode() + b"\n"
"""Made before: then there is nothing to make them of."""


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "room": record.name,
            "message": _words_of(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = where_it_failed(record.exc_info[1])
            line["do"] = advice_on(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _words_of(record: logging.LogRecord) -> str:
    if record.name == "asyncio":  # it writes down the call that failed, with all that was given to it
        return f"action=asyncio at {record.funcName}"
    return record.getMessage()


def where_it_failed(error: BaseException) -> str:
    """An exception → its type and where it was raised, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"


def advice_on(error: BaseException) -> str:
    """For whoever reads the log at night: what to do, or where the manual goes on."""
    if advice := what_to_do(error):
        return advice
    if isinstance(error, OSError):
        return "is the disk full, or the network gone? docs/operations.md#disk"
    return "a defect: keep this line and report it; docs/operations.md#turnsfailing"


def start_logging() -> None:
    """Sends everything from INFO on to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("aiogram", "alembic", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a job that takes longer than its interval is no news


def log_what_nobody_caught() -> None:
    """Python's own way to say it would print what was being worked on, with its words."""
    log = logging.getLogger(__name__)
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)

    def caught(about: "threading.ExceptHookArgs | sys.UnraisableHookArgs") -> None:
        try:
            if about.exc_value is not None:
                log.error("action=thread", exc_info=about.exc_value)
        except MemoryError:  # for the line itself
            _end_at_once()

    threading.excepthook = caught
    sys.unraisablehook = caught
    sys.excepthook = lambda _kind, error, _trace: log.error("action=run", exc_info=error)


def end_without_memory() -> None:
    """From now on the process ends when an error says that there is no memory, to be started anew.

    Threads that did not start and libraries half loaded would stay so; what was acknowledged is on the disk.
    """
    logging.getLogger().addHandler(_EndsWithoutMemory())


class _EndsWithoutMemory(logging.Handler):
    """Comes after the one that writes the line."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and is_out_of_memory(record.exc_info[1]):
            _end_at_once()


def _end_at_once() -> NoReturn:
    os.write(2, _LAST_WORDS)
    os._exit(1)
