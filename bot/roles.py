"""What one process does of all that hoctap does. On PostgreSQL any number of processes share the roles."""

from typing import Literal

from engine.errors import SettingsProblem

Role = Literal["web", "telegram", "sender", "scheduler"]

ROLES: tuple[Role, ...] = ("web", "telegram", "sender", "scheduler")
"""The pages; Telegram's updates and their answers; campaigns; what is done without anybody asking."""


def roles_of(written: str) -> frozenset[Role]:
    """`web,sender` → roles. SettingsProblem names one that there is not."""
    named = {name.strip() for name in written.split(",")}
    if unknown := sorted(named.difference(ROLES)):
        raise SettingsProblem(f"there is no role {unknown[0]!r}; there are {', '.join(ROLES)}: docs/operations.md")
    return frozenset(role for role in ROLES if role in named)
