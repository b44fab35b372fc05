"""The shape of each content file. What is missing, unknown or of the wrong kind is found here."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.campaigns.audience import Progress
from engine.campaigns.message import MOST_BUTTONS
from engine.state import Role

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,29}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OptionShape(_Shape):
    """`- {label: 1–2 ngày, points: 2}`"""

    label: str
    points: int = Field(ge=0)


class RangeShape(_Shape):
    """`- {at_least: 5, points: 2}`"""

    at_least: int
    points: int = Field(ge=0)


class ConditionShape(_Shape):
    """`condition: {question: q11, one_of: [2, 3]}`: places of options, from 1."""

    question: str
    one_of: list[int] = Field(min_length=1)


class QuestionShape(_Shape):
    """One entry under `questions:`. `why` is for authors; everything else is for citizens."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,9}$")]
    indicator: int = 0
    type: str
    text: str
    hint: str = ""
    short: str = ""
    why: str = ""
    evidence: str = ""
    options: list[OptionShape] = []
    points_at_most: int = 0
    minimum: int = 0
    maximum: int = 0
    ranges: list[RangeShape] = []
    condition: ConditionShape | None = None


class FormShape(_Shape):
    """A file of questionnaires/."""

    form: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,19}$")]
    version: str
    wording: Annotated[str, Field(pattern=r"^(own|official)$")]
    title: str
    describes: str
    questions: list[QuestionShape] = Field(min_length=1)


class IndicatorShape(_Shape):
    """An entry under `indicators:`."""

    number: int
    title: str
    short: str


class CompetencyShape(_Shape):
    """An entry under `competencies:`."""

    numeral: str
    title: str
    short: str
    indicators: list[IndicatorShape] = Field(min_length=1)


class CriteriaShape(_Shape):
    """criteria.yaml"""

    source: str
    points_per_indicator: int
    indicator_minimum: int
    competencies: list[CompetencyShape] = Field(min_length=1)


class AdviceShape(_Shape):
    """An entry under `levels:`."""

    up_to: int
    do: str
    where: str


class IndicatorAdviceShape(_Shape):
    """An entry under `advice:`."""

    indicator: int
    levels: list[AdviceShape] = Field(min_length=1)


class AdviceFileShape(_Shape):
    """advice.yaml"""

    advice: list[IndicatorAdviceShape]


class ProvinceShape(_Shape):
    """communes/<province>.yaml"""

    name: str
    communes: str


class TemplateShape(_Shape):
    """An entry under `templates:`. A button with an address of its own is for officers to add."""

    id: Id
    title: str
    text: str
    text_without_theme: str = ""
    buttons: list[Literal["open", "continue", "my_commune"]] = Field(default=[], max_length=MOST_BUTTONS)
    progress: list[Progress] = []
    is_offered: bool = True


class TemplateFileShape(_Shape):
    """A file of campaigns/."""

    templates: list[TemplateShape] = Field(min_length=1)


class DayShape(_Shape):
    """`{day: 21, month: 4}`"""

    day: int
    month: int


class ObservanceSendShape(_Shape):
    """`- {id: before, template: week_before, day: -7}`: days from the observance's first one, a year at most."""

    id: Id
    template: str
    day: int = Field(ge=-365, le=365)
    roles: list[Role] = []
    documents: list[Literal["statistics_xlsx", "statistics_pdf", "statistics_csv", "statistics_json"]] = []
    expires_after_days: int = Field(default=0, ge=0)
    only_without_theme: bool = False


class ObservanceShape(_Shape):
    """An entry under `observances:`. The themes are quotes: nobody translates them."""

    id: Id
    title: str
    source: str
    first: DayShape
    last: DayShape
    themes: dict[Annotated[str, Field(pattern=r"^\d{4}$")], str] = {}
    sends: list[ObservanceSendShape] = []


class CalendarShape(_Shape):
    """observances.yaml"""

    observances: list[ObservanceShape]
