"""What is an MP3 and how long it lasts, by its bytes; and that nothing else of a file is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recordings import read_mp3
from tests.recordings import FILES, mp3, tagged_mp3, wav


@pytest.mark.parametrize("seconds", [0.024, 1.2, 3.0, 119.976])
def test_as_long_as_it_lasts(seconds: float) -> None:
    recording = read_mp3(mp3(seconds))
    assert recording
    assert recording.seconds == pytest.approx(seconds)
    assert recording.content == mp3(seconds)


def test_nothing_that_was_written_beside_the_sound_is_kept() -> None:
    recording = read_mp3(tagged_mp3(b"Nobody, at home"))
    assert recording
    assert recording.content == mp3()


def test_what_another_program_wrote() -> None:
    content = (FILES / "recorded.mp3").read_bytes()
    recording = read_mp3(content)
    assert recording
    assert recording.seconds == pytest.approx(1.2, abs=0.2)
    assert b"Nobody" in content
    assert b"Nobody" not in recording.content


def test_a_file_that_was_cut_off_ends_where_its_last_whole_part_does() -> None:
    recording = read_mp3(mp3(3.0)[:-50])
    assert recording
    assert recording.content == mp3(3.0)[:-96]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"\xff\xf3\x44\xc4",
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f",
        wav(),
        b"<html>" + mp3(),
        mp3() + b"<script>",
        mp3() + b"\xff\xfb\x90\xc4" + bytes(413),  # goes on at another pitch
        (FILES / "recorded.webm").read_bytes(),
        (FILES / "recorded.m4a").read_bytes(),
        (FILES / "recorded.ogg").read_bytes(),
    ],
)
def test_what_is_no_mp3(content: bytes) -> None:
    assert read_mp3(content) is None


@given(st.binary(max_size=600), st.sampled_from([b"", b"ID3", b"\xff\xf3\x44\xc4", b"\xff\xfb\x90\x00"]))
def test_any_bytes_are_read_or_refused(content: bytes, begin: bytes) -> None:
    recording = read_mp3(begin + content)
    assert recording is None or recording.content in begin + content
