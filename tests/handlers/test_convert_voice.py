"""What somebody recorded or uploaded becomes an MP3: by ffmpeg if there is one, else by one that plays its part."""

import json
import os
import stat
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

import handlers.convert_voice
from engine.errors import Refused, SettingsProblem
from engine.recordings import LARGEST_UPLOAD
from handlers.convert_voice import find_ffmpeg, make_recording
from tests.recordings import FILES, mp3, tagged_mp3, wav

pytestmark = pytest.mark.slow

FakeProgram = Callable[[str], str]

ALL_KINDS = [path.name for path in sorted(FILES.glob("recorded.*"))]


@pytest.fixture
def fake(tmp_path: Path) -> FakeProgram:
    """Makes a program that does what it is told, called as ffmpeg is."""

    def make(does: str) -> str:
        path = tmp_path / "ffmpeg"
        path.write_text(
            f"#!{sys.executable}\nimport json, os, sys, time\n{textwrap.dedent(does)}\n", encoding="utf-8"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


@pytest.fixture
def ffmpeg(fake: FakeProgram) -> str:
    """The real one; where there is none, one that writes a second of silence for whatever is an MP3, WebM, …"""
    return find_ffmpeg("") or fake(f"sys.stdout.buffer.write({mp3(1.2)!r})")


def why_refused(upload: bytes, ffmpeg: str) -> str:
    with pytest.raises(Refused) as refused:
        make_recording(upload, ffmpeg)
    return refused.value.key


@pytest.mark.parametrize("name", ALL_KINDS)
def test_what_phones_and_browsers_record_becomes_an_mp3_without_tags(ffmpeg: str, name: str) -> None:
    recording = make_recording((FILES / name).read_bytes(), ffmpeg)
    assert recording.seconds == pytest.approx(1.2, abs=0.3)
    assert recording.content.startswith(b"\xff\xf3")
    assert b"Nobody" not in recording.content
    assert len(recording.content) < 8000


def test_a_wav_becomes_an_mp3(ffmpeg: str) -> None:
    assert make_recording(wav(1.2), ffmpeg).content.startswith(b"\xff\xf3")


@pytest.mark.parametrize(
    "upload",
    [
        b"#EXTM3U\nfile:///etc/passwd",
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"<svg/>",
        b"%PDF-1.7",
        b"\x1aE\xdf\xa3",
        b"RIFF\x24\x00\x00\x00WAVEdata",
    ],
)
def test_what_is_no_recording_is_refused(upload: bytes) -> None:
    for program in (find_ffmpeg(""), ""):
        assert why_refused(upload, program) in ("console.voice.not_understood", "console.voice.only_mp3")


def test_without_ffmpeg_only_an_mp3_is_taken_whatever_it_is_called() -> None:
    assert make_recording(tagged_mp3(b"Nobody"), "").content == mp3()
    for name in ("recorded.webm", "recorded.m4a", "recorded.ogg"):
        assert why_refused((FILES / name).read_bytes(), "") == "console.voice.only_mp3"


@pytest.mark.parametrize(
    ("upload", "key"),
    [
        (b"", "console.voice.no_file"),
        (mp3(0.5), "console.voice.too_short"),
        (mp3(121), "console.voice.too_long"),
        (b"\xff\xfb\xe0\xc4" + bytes(1040), "console.voice.too_short"),
        ((b"\xff\xfb\xe0\xc4" + bytes(1040)) * 2000, "console.voice.too_large"),
        (mp3() + bytes(LARGEST_UPLOAD), "console.voice.too_large"),
    ],
)
def test_what_is_too_short_too_long_or_too_large_is_refused(upload: bytes, key: str) -> None:
    assert why_refused(upload, "") == key


def test_the_program_is_told_nothing_but_what_to_do(
    fake: FakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No shell, nothing of our environment, a folder of its own, no guessing of formats, and only the file."""
    monkeypatch.setenv("HOCTAP_TELEGRAM_TOKEN", "secret")
    pipe = tmp_path / "seen"
    os.mkfifo(pipe)
    seeing = fake(
        f"""
        seen = [sys.argv[1:], sorted(os.environ), os.listdir("."), open("upload", "rb").read(4).decode()]
        with open({str(pipe)!r}, "w") as told:
            told.write(json.dumps(seen))
        sys.stdout.buffer.write({mp3(1.2)!r})
        """
    )
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    make_recording(wav(), seeing)
    arguments, environment, files, begin = json.loads(os.read(reader, 10_000))
    os.close(reader)
    assert (files, begin) == (["upload"], "RIFF")
    assert not [name for name in environment if name.startswith("HOCTAP") or name == "PATH"]
    assert arguments[arguments.index("-f") + 1] == "wav"
    assert arguments[arguments.index("-protocol_whitelist") + 1] == "file"
    assert arguments[arguments.index("-map") + 1] == "0:a:0"
    assert arguments[-1] == "pipe:1"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell this to a program that runs already")
def test_the_program_can_write_no_file(fake: FakeProgram) -> None:
    writing = fake(f"time.sleep(0.5); open('more', 'wb', 0).write(b'x'); sys.stdout.buffer.write({mp3(1.2)!r})")
    assert why_refused(wav(), writing) == "console.voice.not_understood"


def test_a_program_that_fails_or_writes_nonsense(fake: FakeProgram) -> None:
    assert (
        why_refused(wav(), fake(f"sys.stdout.buffer.write({mp3()!r}); sys.exit(1)"))
        == "console.voice.not_understood"
    )
    assert why_refused(wav(), fake("print('<script>')")) == "console.voice.not_understood"
    assert why_refused(wav(), fake("os.kill(os.getpid(), 9)")) == "console.voice.not_understood"


def test_a_program_that_takes_too_long_is_ended(fake: FakeProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers.convert_voice, "CONVERTING_SECONDS", 0.3)
    assert why_refused(wav(), fake("time.sleep(100)")) == "console.voice.not_understood"


def test_where_ffmpeg_is(fake: FakeProgram, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = fake("")
    assert find_ffmpeg(path) == path
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_ffmpeg("") == path
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert find_ffmpeg("") == ""
    with pytest.raises(SettingsProblem, match="HOCTAP_FFMPEG"):
        find_ffmpeg("/no/ffmpeg")
