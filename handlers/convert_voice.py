"""Makes of what somebody recorded or uploaded an MP3 that every phone plays: with ffmpeg where there is one."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.errors import Refused, SettingsProblem
from engine.recordings import LARGEST_RECORDING, LARGEST_UPLOAD, LONGEST_SECONDS, Recording, read_mp3

if sys.platform == "linux":
    import resource

SHORTEST_SECONDS = 1.0
"""Whoever presses the button by mistake has recorded less."""
CONVERTING_SECONDS = 60
LARGEST_MEMORY = 2**30

_DEMUXERS: Mapping[str, Callable[[bytes], bool]] = {
    "matroska": lambda begin: begin.startswith(b"\x1aE\xdf\xa3"),  # WebM, as most browsers record
    "mov": lambda begin: begin[4:8] == b"ftyp",  # MP4, M4A, 3GP, as Safari and phones record
    "ogg": lambda begin: begin.startswith(b"OggS"),
    "wav": lambda begin: begin.startswith(b"RIFF") and begin[8:12] == b"WAVE",
    "amr": lambda begin: begin.startswith(b"#!AMR\n"),  # as older phones record
    "aac": lambda begin: begin[:1] == b"\xff" and begin[1:2] in (b"\xf0", b"\xf1", b"\xf8", b"\xf9"),
    "mp3": lambda begin: begin.startswith(b"ID3") or (begin[:1] == b"\xff" and begin[1:2] >= b"\xe0"),
}
"""ffmpeg's name of what a file is → whether it begins like one. ffmpeg guesses nothing: it reads playlists, too."""
_DECODERS = "opus,vorbis,aac,mp3float,amrnb,amrwb,pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le"
_MP3 = ("-c:a", "libmp3lame", "-ac", "1", "-ar", "24000", "-b:a", "32k", "-write_xing", "0", "-id3v2_version", "0")
"""For a voice 32 kbit/s are plenty: 4 kB a second. Without a header of its own nothing but sound is in it."""


def find_ffmpeg(path: str) -> str:
    """The program to convert with: `path`, or what is found where programs are; empty if there is none.

    SettingsProblem if a path is given and there is no program.
    """
    found = shutil.which(path or "ffmpeg")
    if path and not found:
        raise SettingsProblem(f"HOCTAP_FFMPEG: there is no program {path}")
    return found or ""


def make_recording(upload: bytes, ffmpeg: str) -> Recording:
    """What is heard in a file, as an MP3. Takes seconds, so it is no work for a transaction.

    `ffmpeg` is empty where there is none: then only an MP3 is taken. Refused says why a file is not.
    """
    if not upload:
        raise Refused("console.voice.no_file")
    if len(upload) > LARGEST_UPLOAD:
        raise Refused("console.voice.too_large", most=LARGEST_UPLOAD // 1_000_000)
    recording = read_mp3(_convert(upload, ffmpeg) if ffmpeg else upload)
    if recording is None:
        raise Refused("console.voice.not_understood" if ffmpeg else "console.voice.only_mp3")
    if recording.seconds > LONGEST_SECONDS:
        raise Refused("console.voice.too_long", most=LONGEST_SECONDS // 60)
    if recording.seconds < SHORTEST_SECONDS:
        raise Refused("console.voice.too_short")
    if len(recording.content) > LARGEST_RECORDING:
        raise Refused("console.voice.too_large", most=LARGEST_RECORDING // 1_000_000)
    return recording


def _convert(upload: bytes, ffmpeg: str) -> bytes:
    """Empty for what is no recording. A second more than is allowed, so that one sees that it was too long."""
    demuxer = next((name for name, begins_so in _DEMUXERS.items() if begins_so(upload[:12])), None)
    if demuxer is None:
        return b""
    with tempfile.TemporaryDirectory(prefix="hoctap-voice-") as folder:
        # A file, not a pipe: in what phones record the list of the sounds may stand behind the sounds.
        Path(folder, "upload").write_bytes(upload)
        taking = ("-nostdin", "-loglevel", "error", "-protocol_whitelist", "file", "-codec_whitelist", _DECODERS)
        reading = ("-threads", "1", "-f", demuxer, "-i", "file:upload")
        leaving_out = ("-map", "0:a:0", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
        length = ("-t", str(LONGEST_SECONDS + 1))
        writing = (*leaving_out, *length, *_MP3, "-f", "mp3", "pipe:1")
        return _output_of([ffmpeg, *taking, *reading, *writing], folder)


def _output_of(command: list[str], folder: str) -> bytes:
    """What a program writes; empty if it fails, or takes more time or memory than this is worth."""
    with subprocess.Popen(  # noqa: S603 -- fixed arguments, no shell, and nothing of our environment
        command,
        cwd=folder,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        _restrain(process.pid)
        try:
            output, _ = process.communicate(timeout=CONVERTING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return b""
    return output if process.returncode == 0 else b""


def _restrain(process: int) -> None:
    """So much memory, and no file on the disk. Only Linux can tell this to a program that runs already."""
    if sys.platform == "linux":
        resource.prlimit(process, resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, 0))
