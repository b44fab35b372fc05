"""A made-up form with every type of question and with conditions, in the real handbook."""

from dataclasses import replace
from functools import cache

from engine.handbook import Handbook
from engine.questionnaire import Condition, NumberRange, Option, Question, Questionnaire
from tests.chats import handbook

EVERY_TYPE = Questionnaire(
    form="farmer",
    version="2027.1",
    title="Làm nông, làm rừng",
    describes="",
    is_official_wording=False,
    questions=(
        Question("p1", 0, "page", "Đọc trang này đã.", "Trang"),
        Question("q1", 1, "yes_no", "Có trồng lúa?", "Lúa", options=(Option("Không", 0), Option("Có", 5))),
        Question(
            "q2",
            1,
            "multiple",
            "Trồng những giống nào?",
            "Giống",
            options=(Option("Nếp", 3), Option("Tẻ", 2), Option("Nương", 4)),
            points_at_most=5,
            condition=Condition("q1", (2,)),
        ),
        Question(
            "q3",
            2,
            "number",
            "Mấy sào?",
            "Sào",
            minimum=0,
            maximum=1000,
            ranges=(NumberRange(0, 0), NumberRange(3, 4), NumberRange(10, 10)),
        ),
        Question(
            "q4",
            3,
            "single",
            "Chăm ruộng thế nào?",
            "Chăm ruộng",
            evidence="Sổ ghi.",
            options=(Option("Một mình", 2), Option("Cùng nhau", 10)),
            condition=Condition("q2", (1, 3)),
        ),
    ),
)


@cache
def every_type_handbook() -> Handbook:
    """The real handbook whose farmers get the made-up form."""
    return replace(handbook(), questionnaires=(EVERY_TYPE, *handbook().questionnaires))
