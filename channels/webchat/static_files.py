"""Files that are the same for everybody, under addresses that change with their content: a browser asks once."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles


def serve_static(path: str, folder: Path) -> tuple[Mount, Callable[[str], str]]:
    """The route of a folder's files below a path, and what gives the address of one of them by its name."""

    @cache
    def address(name: str) -> str:
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        return f"{path}/{name}?v={digest[:12]}"

    return Mount(path, _Static(directory=folder)), address


class _Static(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
