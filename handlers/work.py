"""The type of what rooms above the handlers may have done: a use case, bound to all but its transaction."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from storage.database import Transaction

__all__ = ["Transaction", "Work"]

_Result = TypeVar("_Result")
Work: TypeAlias = Callable[[Transaction], _Result]
