"""What the settings demand of an evaluation's figures, and whether they are met."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Evaluation
from knowledge.scoring import FOLLOW_UPS, OUTSIDE, SINGLE, Figures, Outcome

_SHARE = ".2%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One demand: `value` must be at least, or else at most, `limit`. `value` is None where the
    question files hold nothing to measure: then nothing is broken, and it is said. `form` is
    how its numbers are written."""

    key: str
    what: str
    limit: float
    value: float | None
    least: bool
    form: str

    @property
    def broken(self) -> bool:
        if self.value is None:
            return False
        return self.value < self.limit if self.least else self.value > self.limit

    @property
    def sentence(self) -> str:
        """How it stands, in Chinese."""
        demanded = f"要求{'不低于' if self.least else '不高于'} {self.limit:{self.form}}"
        if self.value is None:
            return f"{self.what}：题目里没有这一类，没有检查（eval.{self.key} {demanded}）"
        verdict = "没有达到" if self.broken else "达到了"
        return f"{self.what}是 {self.value:{self.form}}，{verdict} eval.{self.key}：{demanded}"


def bounds(figures: Figures, demanded: Evaluation) -> tuple[Bound, ...]:
    """Every demand that is made, in the order of the settings."""
    near, other, chat = (_share(figures, OUTSIDE + kind) for kind in ("near", "other", "chat"))
    found = (
        ("right_min", "单独提问答对的比例", _share(figures, SINGLE, Outcome.RIGHT), _SHARE),
        ("follow_ups_min", "追问答对的比例", _share(figures, FOLLOW_UPS, Outcome.RIGHT), _SHARE),
        ("auroc_min", "把握的区分度（AUROC）", figures.auroc, ".4f"),
        ("near_max", "相近的事答错的比例", near, _SHARE),
        ("other_max", "无关的事答错的比例", other, _SHARE),
        ("chat_max", "寒暄当成问题的比例", chat, _SHARE),
        ("strays_max", "不在原文里的引文", figures.strays, "d"),
    )
    return tuple(
        Bound(key=key, what=what, limit=limit, value=value, least=key.endswith("_min"), form=form)
        for key, what, value, form in found
        if (limit := getattr(demanded, key)) is not None
    )


def _share(figures: Figures, name: str, outcome: Outcome = Outcome.WRONG) -> float | None:
    """The part of a group with an outcome; None where nothing was asked of that sort."""
    group = figures.group(name)
    return group.share(outcome) if group is not None else None
