"""Finding a commune: whatever of its names people type."""

import pytest

from tests.chats import handbook


def found(typed: str) -> list[str]:
    hits = handbook().province.search(typed)
    return [hit.commune.name if hit.former is None else f"{hit.former.name} → {hit.commune.name}" for hit in hits]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("chieng xom", ["Xã Chiềng Xôm → Phường Chiềng An"]),
        ("Xã Chiềng Xôm", ["Xã Chiềng Xôm → Phường Chiềng An"]),
        ("chiềng xôm sơn la", ["Xã Chiềng Xôm → Phường Chiềng An"]),
        ("MUONG BU", ["Xã Mường Bú"]),
        ("p. chieng an", ["Phường Chiềng An"]),
        ("mường é", ["Xã Mường É"]),
        ("e tong", ["Xã É Tòng → Xã Long Hẹ"]),
        ("long he", ["Xã Long Hẹ"]),
        ("tt it ong", ["Thị trấn Ít Ong → Xã Mường La"]),
        ("thi tran ha noi", []),
        ("x", []),
        ("", []),
        ("🙂", []),
    ],
)
def test_search(typed: str, names: list[str]) -> None:
    assert found(typed) == names


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("chieg xom", "Xã Chiềng Xôm → Phường Chiềng An"),
        ("muomg bu", "Xã Mường Bú"),
        ("Quynh Nhia", "Xã Quỳnh Nhai"),
        ("thuân chao", "Xã Thuận Châu"),
    ],
)
def test_search_with_slips(typed: str, first: str) -> None:
    assert found(typed)[0] == first


def test_an_old_name_of_two_districts_gives_both() -> None:
    hits = handbook().province.search("chieng chung")
    assert {(hit.former.district, hit.commune.name) for hit in hits if hit.former} == {
        ("Thị xã Mộc Châu", "Xã Đoàn Kết"),
        ("Huyện Mai Sơn", "Xã Mường Chanh"),
    }


def test_every_name_of_today_and_before_is_found_without_accents() -> None:
    province = handbook().province
    for commune in province.communes:
        assert commune in [hit.commune for hit in province.search(commune.name)]
        for unit in commune.former:
            hits = province.search(f"{unit.name} {unit.district_name}")
            assert commune in [hit.commune for hit in hits], unit


def test_a_district_gives_what_became_of_it() -> None:
    assert len({hit.commune.code for hit in handbook().province.search("sop cop")}) >= 1
    assert len({hit.commune.code for hit in handbook().province.search("thanh pho son la")}) == 4


def test_a_hit_survives_its_button() -> None:
    province = handbook().province
    for typed in ("chieng", "muong"):
        for hit in province.search(typed):
            assert province.hit(hit.key) == hit


@pytest.mark.parametrize("key", ["99999", "03667.9", "03667.x", "", ".", "03667.-1"])
def test_a_forged_key_is_no_hit(key: str) -> None:
    assert handbook().province.hit(key) is None
