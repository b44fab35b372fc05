"""A small Criteria with the official indicators, the texts of both languages, and results to draw."""

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest

from content.catalogues import read_languages
from content.read import LOCALES
from engine.questionnaire import Competency, Criteria, Indicator
from engine.scoring import Outcome
from engine.texts import Texts
from reports.result_sheet import ResultSheet

MakeSheet = Callable[..., ResultSheet]

COMPETENCIES = {
    ("I", "Năng lực tự học, học tập suốt đời", "Tự học"): {
        "Tìm đọc thông tin": (
            "Kỹ năng tìm kiếm, tra cứu, đọc, cập nhật thông tin và kiến thức trên sách báo, "
            "các phương tiện truyền thông đại chúng, các thiết bị điện tử cá nhân"
        ),
        "Kế hoạch học tập": (
            "Kỹ năng sắp xếp/xây dựng kế hoạch học tập theo các chương trình phục vụ yêu cầu công việc, "
            "hoặc do nhà nước, cơ quan, đoàn thể quy định"
        ),
        "Dành thời gian cho cộng đồng": (
            "Kỹ năng sắp xếp hợp lý công việc để có thời gian tham gia các hoạt động cộng đồng, "
            "tại các cơ sở, thiết chế văn hóa, giáo dục hoặc các hội thảo, hội nghị"
        ),
        "Giúp người khác học": (
            "Kỹ năng động viên, tạo điều kiện cho người thân trong gia đình và đồng nghiệp "
            "được học tập thường xuyên"
        ),
    },
    ("II", "Năng lực sử dụng công cụ học tập, làm việc", "Dùng công cụ"): {
        "Công nghệ": "Kỹ năng sử dụng công nghệ thông tin đáp ứng yêu cầu công việc và cuộc sống",
        "Ngoại ngữ, tiếng dân tộc": "Kỹ năng sử dụng ngoại ngữ theo yêu cầu công việc và vị trí đảm nhận",
        "Tính toán": (
            "Kỹ năng tính toán để công việc luôn được cải tiến, sáng tạo, đạt chất lượng và hiệu quả cao"
        ),
        "Suy xét, góp ý": (
            "Kỹ năng tư duy biện chứng và tư duy phản biện trong công việc, trong sản xuất kinh doanh, "
            "dịch vụ và hoạt động xã hội"
        ),
    },
    ("III", "Năng lực xây dựng và thực hiện các mối quan hệ xã hội", "Sống với mọi người"): {
        "Thân thiện, hòa giải": (
            "Kỹ năng tạo các mối quan hệ thân thiện với mọi người, điều hòa các quan hệ để tránh xung đột"
        ),
        "Hợp tác, chia sẻ": (
            "Kỹ năng hợp tác, chia sẻ trong lao động, hoạt động xã hội với đồng nghiệp, cộng đồng"
        ),
    },
}


def texts(language: str) -> Texts:
    """The real catalogues of a language."""
    return read_languages(LOCALES)[language].texts()


@pytest.fixture(scope="session")
def say() -> Texts:
    return texts("vi")


@pytest.fixture(scope="session")
def say_in_english() -> Texts:
    return texts("en")


@pytest.fixture(scope="session")
def both_languages(say: Texts, say_in_english: Texts) -> dict[str, Texts]:
    return {"vi": say, "en": say_in_english}


@pytest.fixture(scope="session")
def criteria() -> Criteria:
    number = count(1)
    return Criteria(
        competencies=tuple(
            Competency(*names, tuple(Indicator(next(number), title, short) for short, title in titles.items()))
            for names, titles in COMPETENCIES.items()
        ),
        points_per_indicator=10,
        indicator_minimum=5,
        source="Quyết định 677/QĐ-TTg (3/6/2022); Quyết định 244/QĐ-KHVN (28/7/2022)",
    )


@pytest.fixture(scope="session")
def make_sheet(criteria: Criteria) -> MakeSheet:
    """A result with these points; in a commune where 70 points are needed."""

    def make(
        *points: int,
        commune_name: str = "Xã Mường Bú",
        is_pass_mark_assumed: bool = True,
        is_official_wording: bool = False,
        pass_mark: int = 70,
    ) -> ResultSheet:
        return ResultSheet(
            outcome=Outcome(criteria, points, pass_mark),
            form_title="Làm nông, làm rừng",
            commune_name=commune_name,
            is_pass_mark_assumed=is_pass_mark_assumed,
            is_official_wording=is_official_wording,
            finished_on=date(2026, 10, 1),
        )

    return make
