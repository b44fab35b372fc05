"""`hoctap talk`: the same conversation, with the buttons as numbers."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from channels.door import Door
from channels.plain_text import button_words, plain, progress_bar
from channels.terminal.transcript import written_screen, written_turn
from engine.conversation.understand import find_button
from engine.messages import Attachment, Button, Incoming, Screen

CHANNEL = "terminal"
_COLOURS = {"choice": "cyan", "main": "green", "quiet": "bright_black"}


async def talk(door: Door, address: str, files: Path) -> list[str]:
    """Talks until the input ends; returns the transcript. Files that the bot sends are saved in `files`."""
    transcript: list[str] = []
    reply = await door.visit(CHANNEL, address)
    for screen in reply.screens:
        await _show(door, address, screen, files)
        transcript.append(written_screen(screen))
    while True:
        try:
            said = click.prompt(click.style("me", bold=True), prompt_suffix="> ", type=str)
        except click.Abort:
            click.echo()
            break
        button = _meant(reply.screens, said)
        if button:
            incoming = Incoming(CHANNEL, address, action=button.action, answers_turn=reply.turn)
        else:
            incoming = Incoming(CHANNEL, address, text=said)
        reply = await door.converse(incoming)
        transcript.append(written_turn(f"[{button.label}]" if button else said, reply.screens))
        for screen in reply.screens:
            await _show(door, address, screen, files)
    return transcript


def _meant(screens: Sequence[Screen], said: str) -> Button | None:
    """A button of the present screen by its number; of a message above it, which has no numbers, by its words."""
    *messages, present = screens
    named = (find_button(message, said) for message in messages)
    return present.button_at(said) or next((button for button in named if button and button.action), None)


async def _show(door: Door, address: str, screen: Screen, files: Path) -> None:
    click.echo()
    if screen.progress:
        click.secho(progress_bar(*screen.progress), fg="green")
    click.echo(plain(screen.html))
    number = 0
    for row in screen.buttons:
        shown = []
        for button in row:
            number += 1
            prefix = f"{number}. " if screen.reads_numbers else ""
            shown.append(click.style(f"{prefix}{button_words(button)}", fg=_COLOURS[button.kind]))
        click.echo("  " + "   ".join(shown))
    if screen.file:
        click.secho(f"  → {await _save(door, address, screen.file, files)}", fg="yellow")


async def _save(door: Door, address: str, attachment: Attachment, files: Path) -> Path:
    file = await door.attachment(CHANNEL, address, attachment.kind, attachment.person)
    return await asyncio.to_thread(_write, files / file.name, file.content)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
