"""Who lives in the village of `test_a_year`: one of each state, and what they do in 2026."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from engine.campaigns.audience import AudienceRule
from engine.campaigns.message import Message, MessageButton
from engine.messages import Incoming
from handlers.campaigns import Desk
from handlers.converse import converse, visit
from handlers.staff import find_officer, invite
from tests.campaigns import run
from tests.chats import handbook
from tests.year import Act, Person, Year, home

CHIENG_AN, TO_HIEU = "c03667", "c03646"
THEME = "Học suốt đời vì quê hương Sơn La"
"""Made up: the year's real one is not known."""


def types(*texts: str) -> Act:
    """Types lines, one after the other."""

    def act(year: Year, person: Person) -> None:
        for text in texts:
            incoming = Incoming(person.channel, person.name, text=text)
            year.show(
                person, partial(converse, handbook=handbook(), keys=year.keys, incoming=incoming, now=year.now)
            )

    return act


def opens_the_page(year: Year, person: Person) -> None:
    """Looks at the web chat, and does nothing else."""
    work = partial(visit, handbook=handbook(), channel=person.channel, address=person.name, now=year.now)
    year.show(person, partial(work, repeats=False))


def blocks(year: Year, person: Person) -> None:
    """Lets nothing through any more."""
    year.shut.add(person.name)


def unblocks(year: Year, person: Person) -> None:
    """Comes back."""
    year.shut.discard(person.name)
    types("/start")(year, person)


def becomes_staff(role: str) -> Act:
    """Is invited, and comes."""

    def act(year: Year, person: Person) -> None:
        token = person.name
        run(
            year.database,
            partial(invite, handbook=handbook(), role=role, unit="province", token=token, now=year.now),
        )
        types(f"/start inv_{token}")(year, person)

    return act


def sends(title: str, audience: AudienceRule, starts_at: datetime | None = None) -> Act:
    """Writes a campaign, tests it and approves it."""

    def work(desk: Desk) -> None:
        number = desk.create(title, Message({"vi": title}, (MessageButton("open"),)), audience).id
        desk.change(number, starts_at=starts_at)
        desk.test(number, "vi")
        desk.submit(number)
        desk.approve(number)

    return _at_desk(work)


def _at_desk(work: Callable[[Desk], None]) -> Act:
    def act(year: Year, person: Person) -> None:
        staff = year.state_of(person.name).staff
        assert staff
        with year.database.transaction() as transaction:
            work(Desk(transaction, handbook(), find_officer(transaction, staff.id), year.now))

    return act


def _agrees(commune: str = CHIENG_AN) -> list[str]:
    return [f"/start {commune}", "Bắt đầu", "Đồng ý"]


def _answers(count: int) -> list[str]:
    return [*_agrees(), "Làm nông, làm rừng", *["4"] * count]


FINISHES = ["không muốn trả lời", "không muốn trả lời", "xem kết quả"]
FINISHED = [*_answers(20), *FINISHES]
WANTS = ["/remindme", "Xong"]

PEOPLE = [
    Person(
        "Trần",
        "Hội Khuyến học tỉnh, gửi tin",
        [
            ("2025-12-20 08:00", "nhận việc", becomes_staff("campaigns")),
            ("2026-09-05 10:00", "gõ chủ đề Tuần lễ", types(f"/theme {THEME}")),
            (
                "2026-09-28 09:00",
                "hẹn gửi “Thư gửi bà con Tô Hiệu” lúc 9 giờ ngày 2/10, cho cả phường Tô Hiệu",
                sends("Thư gửi bà con Tô Hiệu", AudienceRule(communes=("03646",)), home("2026-10-02 09:00")),
            ),
            (
                "2026-10-06 15:00",
                "gửi ngay “Lớp học tối” cho mọi người chưa làm",
                sends("Lớp học tối", AudienceRule(progress=("not_started",))),
            ),
        ],
    ),
    Person("Đỗ", "cán bộ thống kê của tỉnh", [("2025-12-20 08:00", "nhận việc", becomes_staff("statistics"))]),
    Person("Hà", "xem lời chào rồi thôi, chưa đồng ý gì", [("2026-01-10 09:00", "mở xem", types("/start"))]),
    Person("Lò", "chưa làm, không nhờ nhắc", [("2026-01-10 09:00", "đồng ý rồi để đó", types(*_agrees()))]),
    Person("Cà", "chưa làm, đã bảo thôi nhắn", [("2026-01-10 09:00", "gõ /stop", types(*_agrees(), "/stop"))]),
    Person("Quàng", "chưa làm, nhờ nhắc", [("2026-01-10 09:00", "nhờ nhắc", types(*_agrees(), *WANTS))]),
    Person(
        "Đèo",
        "chưa làm, nhờ nhắc, ở phường Tô Hiệu",
        [("2026-01-10 09:00", "nhờ nhắc", types(*_agrees(TO_HIEU), *WANTS))],
    ),
    Person(
        "Khoàng",
        "chưa làm, đọc tiếng Anh, nhờ nhắc buổi tối",
        [
            (
                "2026-02-01 09:00",
                "chọn tiếng Anh, nhờ nhắc buổi tối",
                types(*_agrees(), "/language", "English", "/remindme", "Evening", "Done"),
            )
        ],
    ),
    Person("Tòng", "làm dở, không nhờ nhắc", [("2026-03-02 20:00", "làm 5 câu rồi dừng", types(*_answers(5)))]),
    Person(
        "Lường",
        "làm dở, được nhắc thì làm tiếp",
        [
            ("2026-03-02 20:00", "làm 5 câu rồi dừng, nhờ nhắc", types(*_answers(5), *WANTS)),
            ("2026-03-03 19:00", "làm tiếp cho xong", types(*["4"] * 15, *FINISHES)),
        ],
    ),
    Person(
        "Vì",
        "làm dở, không quay lại",
        [("2026-05-05 10:00", "làm 12 câu rồi dừng, nhờ nhắc", types(*_answers(12), *WANTS))],
    ),
    Person(
        "Bạc",
        "làm dở cuối năm ngoái, chỉ nhờ nhắc bài làm dở",
        [
            (
                "2025-12-31 20:00",
                "làm 8 câu rồi dừng, chỉ nhờ nhắc bài làm dở",
                types(*_answers(8), "/remindme", "Những ngày học tập", "Đợt tự đánh giá năm mới", "Xong"),
            )
        ],
    ),
    Person(
        "Sùng",
        "làm dở ngay trước Tuần lễ, nhờ nhắc buổi trưa",
        [
            (
                "2026-09-29 21:00",
                "làm 3 câu rồi dừng, nhờ nhắc buổi trưa",
                types(*_answers(3), "/remindme", "Trưa 11 giờ 30", "Xong"),
            )
        ],
    ),
    Person(
        "Lèo",
        "nhờ nhắc buổi tối, làm xong đúng ngày đầu Tuần lễ",
        [
            ("2026-08-01 09:00", "nhờ nhắc buổi tối", types(*_agrees(), "/remindme", "Tối 6 giờ 30", "Xong")),
            ("2026-10-01 12:00", "làm xong", types("Làm nông, làm rừng", *["4"] * 20, *FINISHES)),
        ],
    ),
    Person(
        "Giàng",
        "xong đầu năm, nhờ nhắc buổi tối",
        [
            (
                "2026-01-15 19:00",
                "làm xong, nhờ nhắc buổi tối",
                types(*FINISHED, "/remindme", "Tối 6 giờ 30", "Xong"),
            )
        ],
    ),
    Person(
        "Mùa",
        "năm ngoái xong, được nhắc thì năm nay làm lại",
        [
            ("2025-12-21 19:00", "làm xong, nhờ nhắc", types(*FINISHED, *WANTS)),
            (
                "2026-01-02 19:00",
                "làm xong của năm nay",
                types("/start", "Làm nông, làm rừng", *["4"] * 20, *FINISHES),
            ),
        ],
    ),
    Person(
        "Thào",
        "năm ngoái xong, chỉ nhờ nhắc khi có lượt mới",
        [
            (
                "2025-12-21 19:00",
                "làm xong, chỉ nhờ nhắc lượt mới",
                types(*FINISHED, "/remindme", "Bài đang làm dở", "Những ngày học tập", "Xong"),
            )
        ],
    ),
    Person(
        "Phàng",
        "xong đầu năm, chặn hoctap một thời gian",
        [
            ("2026-01-15 19:00", "làm xong, nhờ nhắc", types(*FINISHED, *WANTS)),
            ("2026-08-01 19:00", "chặn hoctap", blocks),
            ("2026-10-04 19:00", "bỏ chặn", unblocks),
        ],
    ),
    Person(
        "Chá",
        "xong đầu năm, sau một tin thì bảo thôi nhắn",
        [
            ("2026-01-15 19:00", "làm xong, nhờ nhắc", types(*FINISHED, *WANTS)),
            ("2026-09-08 20:00", "gõ /stop", types("/stop")),
        ],
    ),
    Person(
        "Đinh",
        "dùng trang web, chưa làm, nhờ nhắc",
        [
            ("2026-02-01 09:00", "nhờ nhắc", types(*_agrees(), *WANTS)),
            ("2026-04-23 09:00", "mở trang", opens_the_page),
            ("2026-09-25 22:00", "mở trang", opens_the_page),
            ("2026-10-01 06:00", "mở trang", opens_the_page),
            ("2026-10-06 12:00", "mở trang", opens_the_page),
            ("2026-10-07 12:00", "mở trang", opens_the_page),
        ],
        channel="web",
    ),
    Person(
        "Cầm",
        "dùng trang web, năm ngoái xong, nhờ nhắc",
        [
            ("2025-12-21 19:00", "làm xong, nhờ nhắc", types(*FINISHED, *WANTS)),
            ("2026-01-20 09:00", "mở trang", opens_the_page),
        ],
        channel="web",
    ),
]
