"""Answers with a recording, or with the part of it that a player asks for."""

import re

from starlette.requests import Request
from starlette.responses import Response

from engine.messages import File

_RANGE = re.compile(r"bytes=(\d{0,9})-(\d{0,9})", re.ASCII)


def played(request: Request, file: File) -> Response:
    """200 with all of it, or 206 with one range; 416 for a range behind the end.

    Safari plays nothing from a server that does not answer its `bytes=0-1` with just that:
    https://developer.apple.com/library/archive/documentation/AppleApplications/Reference/SafariWebContent/CreatingVideoforSafarioniPhone/CreatingVideoforSafarioniPhone.html
    """
    size = len(file.content)
    # The same for everybody, and under its number it never changes: no need to look at If-Range, or to ask again.
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "public, max-age=31536000, immutable"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    # What is not understood, and several ranges, RFC 9110 lets us ignore.
    if asked is None or asked[0] == "bytes=-":
        return Response(file.content, headers=headers, media_type=file.media_type)
    begin, end = _bounds(asked[1], asked[2], size)
    if begin > end:
        headers = {"Content-Range": f"bytes */{size}"}
        return Response(status_code=416, headers=headers)
    headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return Response(file.content[begin : end + 1], 206, headers, file.media_type)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte that are meant; "-5" are the last five. The first behind the last: none."""
    if not first:
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return size, 0
    return int(first), min(int(last), size - 1) if last else size - 1
