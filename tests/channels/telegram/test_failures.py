"""Every error that aiogram knows means one of the four ways in which a message does not arrive."""

import pytest
from aiogram import exceptions
from aiogram.exceptions import AiogramError
from aiogram.methods import SendMessage

from channels.telegram.failures import FAILURES, failure_of, is_shown_already, is_uneditable
from engine.errors import ChannelDown, MessageRefused, RecipientGone, SendFailure, TryLater

METHOD = SendMessage(chat_id=7, text="the secret answer")
NOT_FROM_SENDING = {
    exceptions.CallbackAnswerException,
    exceptions.SceneException,
    exceptions.UnsupportedKeywordArgument,
    exceptions.DetailedAiogramError,
    exceptions.DataNotDictLikeError,
}
"""Mistakes in a program that uses parts of aiogram that we do not use."""


def all_errors(kind: type[AiogramError] = AiogramError) -> set[type[AiogramError]]:
    return {kind}.union(*(all_errors(each) for each in kind.__subclasses__()))


def test_no_error_of_aiogram_is_new_to_us() -> None:
    known = {each for each in all_errors() if each.__module__ == exceptions.__name__}
    assert known - NOT_FROM_SENDING == set(FAILURES)


@pytest.mark.parametrize(
    ("error", "kind", "detail"),
    [
        (exceptions.TelegramRetryAfter(METHOD, "Too Many Requests: retry after 7", 7), TryLater, 7),
        (
            exceptions.TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"),
            RecipientGone,
            "blocked",
        ),
        (exceptions.TelegramForbiddenError(METHOD, "Forbidden: user is deactivated"), RecipientGone, "deactivated"),
        (
            exceptions.TelegramForbiddenError(METHOD, "Forbidden: bot was kicked from the group chat"),
            RecipientGone,
            "gone",
        ),
        (
            exceptions.TelegramForbiddenError(METHOD, "Forbidden: bot can't initiate conversation with a user"),
            RecipientGone,
            "blocked",
        ),
        (exceptions.TelegramBadRequest(METHOD, "Bad Request: chat not found"), RecipientGone, "gone"),
        (exceptions.TelegramBadRequest(METHOD, "Bad Request: BUTTON_DATA_INVALID"), MessageRefused, None),
        (exceptions.TelegramEntityTooLarge(METHOD, "Request Entity Too Large"), MessageRefused, None),
        (exceptions.TelegramNetworkError(METHOD, "reset"), ChannelDown, None),
        (exceptions.TelegramServerError(METHOD, "Bad Gateway"), ChannelDown, None),
        (exceptions.RestartingTelegram(METHOD, "restart"), ChannelDown, None),
        (exceptions.TelegramConflictError(METHOD, "Conflict: terminated by other getUpdates"), ChannelDown, None),
        (exceptions.TelegramUnauthorizedError(METHOD, "Unauthorized"), ChannelDown, None),
        (exceptions.TelegramNotFound(METHOD, "Not Found"), ChannelDown, None),
        (exceptions.ClientDecodeError("not JSON", ValueError(), ""), ChannelDown, None),
    ],
)
def test_what_an_error_means(error: AiogramError, kind: type[SendFailure], detail: object) -> None:
    failure = failure_of(error)
    assert type(failure) is kind
    if isinstance(failure, TryLater):
        assert failure.seconds == detail
    if isinstance(failure, RecipientGone):
        assert failure.unreachable == detail
        assert failure.moved_to is None
    assert "secret answer" not in str(failure)


def test_a_chat_that_moved_tells_where_to() -> None:
    failure = failure_of(exceptions.TelegramMigrateToChat(METHOD, "upgraded", -1001))
    assert isinstance(failure, RecipientGone)
    assert failure.moved_to == "-1001"


def test_an_error_that_is_newer_than_we_are_counts_as_its_kind() -> None:
    class TelegramNapping(exceptions.TelegramServerError):
        pass

    try:
        assert type(failure_of(TelegramNapping(METHOD, "asleep"))) is ChannelDown
    finally:
        del TelegramNapping


def test_refused_edits() -> None:
    same = exceptions.TelegramBadRequest(METHOD, "Bad Request: message is not modified: specified new message …")
    gone = exceptions.TelegramBadRequest(METHOD, "Bad Request: message to edit not found")
    assert is_shown_already(failure_of(same))
    assert not is_shown_already(failure_of(gone))
    assert is_uneditable(failure_of(gone))
    assert not is_uneditable(failure_of(same))
