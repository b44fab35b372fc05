"""What a recording must be to be played on every phone, and whether a file is that: its bytes count, not its name.

MP3 is what all of them play: Telegram takes it as a voice message (https://core.telegram.org/bots/api#sendvoice:
OGG with OPUS, MP3 or M4A), and so does every browser, Safari on old iPhones among them, which leaves out OGG.
"""

from dataclasses import dataclass

MEDIA_TYPE = "audio/mpeg"
LONGEST_SECONDS = 120
LARGEST_RECORDING = 2_000_000
"""Bytes: what a phone on a bad network still gets while somebody waits."""
LARGEST_UPLOAD = 20_000_000

_KBIT_OF_MPEG_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBIT_OF_MPEG_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""By the two bits that name the version: 3 is MPEG-1, 2 is MPEG-2, 0 is MPEG-2.5."""
_TAGS_AT_THE_END = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")


@dataclass(frozen=True, slots=True)
class Recording:
    """An MP3 that says nothing but what is heard: no title, no place, no name of the phone."""

    content: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """The header of a part of an MP3: how many bytes it has, how many seconds it lasts, how it is coded."""

    length: int
    seconds: float
    coding: tuple[int, int]


def read_mp3(content: bytes) -> Recording | None:
    """The sound of an MP3 without its tags; None if it is no whole MP3."""
    begin = _end_of_tags(content)
    first = frame = _frame_at(content, begin)
    at, seconds = begin, 0.0
    while first and frame and frame.coding == first.coding and at + frame.length <= len(content):
        at += frame.length
        seconds += frame.seconds
        frame = _frame_at(content, at)
    rest = content[at:]
    is_cut_off = frame is not None and first is not None and frame.coding == first.coding
    if at == begin or not (not rest or is_cut_off or rest.startswith(_TAGS_AT_THE_END)):
        return None
    return Recording(content[begin:at], seconds)


def _end_of_tags(content: bytes) -> int:
    """Where the sound begins: behind what ID3v2 (https://id3.org/id3v2.4.0-structure) has put before it."""
    at = 0
    while content[at : at + 3] == b"ID3" and len(content) >= at + 10:
        length = 0
        for seven_bits in content[at + 6 : at + 10]:
            length = length << 7 | seven_bits & 0x7F
        has_footer = content[at + 5] & 0x10
        at += 10 + length + (10 if has_footer else 0)
    return at


def _frame_at(content: bytes, at: int) -> _Frame | None:
    """ISO/IEC 11172-3, 2.4.2.3: 11 bits of 1, version, layer, …; layer III only, and no free bit rate."""
    header = content[at : at + 4]
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, rate, pitch = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version not in _HERTZ or not 0 < rate < 15 or pitch == 3:
        return None
    is_mpeg_1 = version == 3
    hertz = _HERTZ[version][pitch]
    bits = 1000 * (_KBIT_OF_MPEG_1 if is_mpeg_1 else _KBIT_OF_MPEG_2)[rate - 1]
    samples = 1152 if is_mpeg_1 else 576
    length = samples // 8 * bits // hertz + (header[2] >> 1 & 1)
    return _Frame(length, samples / hertz, (version, hertz))
