"""What an editor may write into issue.yaml, qa/*.yaml and checks.yaml.

`fit` reports everything that does not fit the model, each with its line, and still hands back
what does, so that the checks that follow can go on.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from knowledge.errors import Problem
from knowledge.model import Stance, Status
from knowledge.yaml_source import Document

MAX_QUESTION = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YEARS = range(1900, 2200)


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("不能空着")
    return value.strip()


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError("只能用 1 到 40 个英文字母、数字、- 和 _")
    return value


def _question(value: str) -> str:
    if len(value) > MAX_QUESTION:
        raise ValueError(f"太长,一个问题不超过 {MAX_QUESTION} 个字")
    return value


def _address(value: str) -> str:
    if not re.match(r"https?://[^\s/]+", value):
        raise ValueError("要写以 https:// 或 http:// 开头的完整网址")
    return value


def _date(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _DATE.fullmatch(value.strip())
    if not match:
        raise ValueError("日期要写成 2024-01-14 这样")
    try:
        day = date(*map(int, match.groups()))
    except ValueError:
        raise ValueError("没有这一天,请核对年月日") from None
    if day.year not in _YEARS:
        raise ValueError("年份不对,请核对")
    return day


def _several(value: object) -> object:
    """One text where a list is meant stands for a list of one."""
    return [value] if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_filled)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Question = Annotated[Text, AfterValidator(_question)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_several)]
Day = Annotated[date, BeforeValidator(_date)]


class Form(BaseModel):
    """Unknown keys are errors; required keys are checked by `fit` through REQUIRED."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class IssueForm(Form):
    """issue.yaml; `pages` are file names in reading order, without it every .txt by name."""

    date: Day | None = None
    bulletin: Text | None = None
    title: Text | None = None
    url: Annotated[str, AfterValidator(_address)] | None = None
    pages: Texts | None = None


class SpeakerForm(Form):
    name: Text | None = None
    post: Text | None = None
    verb: Text = "说"


class EntryForm(Form):
    """An entry of qa/*.yaml: a quote, or several under either key, or the staff's own words, or
    more questions for the entry `same_as`. One that the program was `taught` on some day is left
    out, and said to be, where its quote is gone; any other would be a mistake."""

    id: Identifier | None = None
    questions: Annotated[tuple[Question, ...], BeforeValidator(_several)] | None = None
    quote: Texts | None = None
    quotes: Texts | None = None
    article: Text | None = None
    stance: Stance | None = None
    speaker: SpeakerForm | None = None
    by: Text | None = None
    text: Text | None = None
    name: Text | None = None
    date: Day | None = None
    same_as: Identifier | None = None
    taught: Day | None = None


class CheckForm(Form):
    question: Question | None = None
    status: Status | None = None
    contains: Texts = ()


F = TypeVar("F", bound=Form)

_SENTENCES = {
    "string_type": "要写一段文字;文字里有“: ”或以 [ { 开头时,整段要加引号",
    "tuple_type": "要写成列表,每行以“- ”开头",
    "model_type": "下面要写成若干行“键: 值”,冒号用半角,后面空一格",
    "enum": "只能是 {expected}",
}


def fit(form: type[F], document: Document, *path: Hashable) -> tuple[F, list[Problem]]:
    """What stands at `path` of a document as a form, and everything in it that does not fit.

    Parts that do not fit are left out of the form.
    """
    data = _at(document.data, path)
    try:
        return form.model_validate(data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = [_problem(form, document, path, detail) for detail in details]
    wrong = {detail["loc"][0] for detail in details if detail["loc"]}
    rest = {k: v for k, v in data.items() if k not in wrong} if isinstance(data, dict) else {}
    return form.model_validate(rest), problems


def missing(
    document: Document, keys: Sequence[str], path: tuple[Hashable, ...], what: str
) -> list[Problem]:
    """A problem for each required key that is not written at `path`, or left empty."""
    data = _at(document.data, path)
    if not isinstance(data, dict):
        return []
    return [
        document.problem(
            f"“{key}”空着,请填写" if key in data else f"{what}缺少“{key}”,请补上", *path, key
        )
        for key in keys
        if data.get(key) is None or data[key] == []
    ]


def closest(word: str, known: Sequence[str]) -> str:
    """A hint at the known word that was probably meant; empty when none is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f",是不是“{near[0]}”" if near else ""


def _problem(
    form: type[Form], document: Document, path: tuple[Hashable, ...], detail: ErrorDetails
) -> Problem:
    place = tuple(detail["loc"])
    key = next((part for part in reversed(place) if isinstance(part, str)), None)
    if detail["type"] == "extra_forbidden":
        owner = SpeakerForm if len(place) > 1 else form
        hint = closest(str(key), list(owner.model_fields)) or (
            ";这里可以写 " + "、".join(owner.model_fields)
        )
        return document.problem(f"不认识“{key}”{hint}", *path, *place)
    return document.problem(
        f"“{key}”{_sentence(detail)}" if key else f"这里{_sentence(detail)}", *path, *place
    )


def _sentence(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context["error"])
    if detail["input"] is None:
        return "空着,请填写"
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", "、")
    sentence = _SENTENCES.get(detail["type"], "写得不对")
    return sentence.replace("{expected}", expected.replace(", ", "、"))


def _at(data: Any, path: tuple[Hashable, ...]) -> Any:
    for part in path:
        data = data[part]
    return data
