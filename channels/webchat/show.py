"""Screens as the page and its JSON show them."""

import re
from typing import Any

from engine.messages import Attachment, AttachmentKind, Screen

KINDS: dict[str, AttachmentKind] = {
    "result.png": "result_card",
    "result.pdf": "result_form",
    "my-data.json": "my_data",
    "statistics.png": "statistics_picture",
    "statistics.xlsx": "statistics_xlsx",
    "statistics.pdf": "statistics_pdf",
    "statistics.zip": "statistics_csv",
    "statistics.json": "statistics_json",
    "campaign.png": "campaign_picture",
    "question.mp3": "question_voice",
}
"""The last part of a file's address → the kind of attachment."""

NUMBERED: frozenset[AttachmentKind] = frozenset({"campaign_picture", "question_voice"})
"""Files that have a number of their own, under which they never change."""

_MESSAGES = frozenset({"campaign", "campaign_file"})
"""Screens that arrive on their own and stay: what `engine.campaigns.writing` writes."""

_NAMES = {kind: name for name, kind in KINDS.items()}

_PARAGRAPHS = re.compile(r"\n{2,}")


def shown(screen: Screen, turn: int) -> dict[str, Any]:
    """A screen as docs/webchat.md describes it. `turn` makes a changed file's address a new one."""
    return {
        "id": screen.id,
        "language": screen.language,
        "html": paragraphs(screen.html),
        "buttons": [
            [
                {"label": each.label, "action": each.action, "kind": each.kind, "url": each.url or None}
                for each in row
            ]
            for row in screen.buttons
        ],
        "picture": _address(screen.picture, turn),
        "picture_alt": screen.picture.description if screen.picture else None,
        "document": _address(screen.document, turn),
        "document_name": screen.document.description if screen.document else None,
        "voice": _address(screen.voice, turn),
        "voice_name": screen.voice.description if screen.voice else None,
        "progress": {"now": screen.progress[0], "of": screen.progress[1]} if screen.progress else None,
        "replaces": screen.replaces,
        "is_message": screen.id in _MESSAGES,
    }


def paragraphs(html: str) -> str:
    """Line ends → paragraphs and line breaks."""
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in _PARAGRAPHS.split(html) if part)


def _address(attachment: Attachment | None, turn: int) -> str | None:
    if attachment is None:
        return None
    address = f"/files/{attachment.person}/{_NAMES[attachment.kind]}"
    return address if attachment.kind in NUMBERED else f"{address}?v={turn}"
