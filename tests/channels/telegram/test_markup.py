"""Text for Telegram: our few tags stay, everything else is shown as written, and nothing is too long."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from channels.telegram.markup import LONGEST_TEXT, safe_pieces, visible_length

LINK = '<a href="https://hoctap.example.vn/?a=1&amp;b=2">trang web</a>'


@pytest.mark.parametrize(
    ("given_html", "sent"),
    [
        ("<b>Đậm</b> và <i>nghiêng</i>", "<b>Đậm</b> và <i>nghiêng</i>"),
        (LINK, LINK),
        ("Nhiệt độ &lt; 0 &amp; &#39;mưa&#39;", "Nhiệt độ &lt; 0 &amp; &#39;mưa&#39;"),
        ("<u>gạch</u>", "&lt;u&gt;gạch&lt;/u&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<a href="javascript:alert(1)">x</a>', "&lt;a href=&quot;javascript:alert(1)&quot;&gt;x&lt;/a&gt;"),
        ("<b>chưa đóng", "<b>chưa đóng</b>"),
        ("đóng rồi</b>", "đóng rồi&lt;/b&gt;"),
        ("<b>lẫn <i>lộn</b></i>", "<b>lẫn <i>lộn&lt;/b&gt;</i></b>"),
        ("a&nbsp;b", "a\xa0b"),
        ("5 < 6 > 4", "5 &lt; 6 &gt; 4"),
        ("", ""),
    ],
)
def test_what_is_sent(given_html: str, sent: str) -> None:
    assert safe_pieces(given_html) == [sent]


def test_cut_between_paragraphs_rather_than_lines_and_words() -> None:
    assert safe_pieces("một hai\nba\n\nbốn năm sáu", 16) == ["một hai\nba", "bốn năm sáu"]
    assert safe_pieces("một hai\nba bốn", 12) == ["một hai", "ba bốn"]
    assert safe_pieces("một hai ba bốn", 8) == ["một hai", "ba bốn"]
    assert safe_pieces("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_a_tag_that_is_open_at_the_cut_goes_on_behind_it() -> None:
    assert safe_pieces("<b>một\n\n<i>hai ba</i></b>", 8) == ["<b>một</b>", "<b><i>hai ba</i></b>"]


def test_letters_count_as_telegram_counts_them() -> None:
    assert visible_length("<b>Chào</b> 👋&amp;") == 8


words = st.text(st.sampled_from("aộ 👋\n<>&\"'"), max_size=60)
markup = st.recursive(
    words.map(lambda text: str(escape(text))),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        inner.map("<b>{}</b>".format),
        inner.map("<i>{}</i>".format),
        inner.map('<a href="https://x.vn">{}</a>'.format),
    ),
    max_leaves=12,
)


@given(st.one_of(markup, words), st.integers(4, 40))
def test_pieces_are_short_balanced_and_lose_no_letter(html: str, longest: int) -> None:
    pieces = safe_pieces(html, longest)
    for piece in pieces:
        assert visible_length(piece) <= longest
        opened: list[str] = []
        for end, tag in re.findall(r"<(/?)([bia])[^>]*>", piece):
            if end:
                assert opened.pop() == tag
            else:
                opened.append(tag)
        assert not opened
        assert "<" not in re.sub(r"</?[bia]( href=\"[^\"]*\")?>", "", piece)
    assert letters("".join(pieces)) == letters(html)


def letters(html: str) -> str:
    return re.sub(r"\s", "", unescape(re.sub(r'</?[bi]>|<a href="https://[^"]*">|</a>', "", html)))


def test_the_longest_message_is_telegrams_own_limit() -> None:
    [one] = safe_pieces("ộ" * LONGEST_TEXT)
    assert len(one) == 4096
    assert len(safe_pieces("ộ" * (LONGEST_TEXT + 1))) == 2
