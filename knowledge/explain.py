"""Why a question got its answer, in words that an editor can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.cues import SYNONYM
from knowledge.judge import Verdict, Veto
from knowledge.matcher import Scored
from knowledge.model import Answer, Lack, Status
from knowledge.question import Question
from knowledge.weights import EVIDENCE, FEATURES

_VETOES = {
    Veto.YEAR: "问的年份和原文说的年份不一样",
    Veto.PLACE: "问到的地名，这篇报道里没有",
    Veto.WORDS: "问题里多半的词，原文附近都没有",
    Veto.KIND: "原文里没有问题要的那类内容（时间、数量、价钱、电话等）",
}
_STATUS = {
    Status.ANSWERED: "有答案",
    Status.RELATED: "没有直接的答案，给出相关原文",
    Status.UNKNOWN: "公报里没有",
    Status.CHAT: "不是问题，只是寒暄",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An answer with the way to it. `ranked` are the first five, `limits` the confidences from
    which a match counts as answered and as related."""

    question: Question
    ranked: tuple[Scored, ...]
    verdict: Verdict
    answer: Answer
    limits: tuple[float, float]

    def lines(self) -> list[str]:
        """The explanation as lines of plain Chinese."""
        return [*self._understood(), *self._found(), *self._judged()]

    def _understood(self) -> Iterator[str]:
        question = self.question
        yield f"问题：{question.original.strip()}"
        if question.chat is not None:
            yield "理解：这不是要查的问题"
            return
        yield "要查的词：" + (
            "、".join(f"{t.text}({t.weight:.2f})" for t in question.terms) or "无"
        )
        yield "问的是：" + ("、".join(sorted(question.asks)) or "没有疑问词")
        if question.focus:
            yield "重点：" + "、".join(term.text for term in question.focus)
        if question.places:
            yield "地名：" + "、".join(question.places)

    def _found(self) -> Iterator[str]:
        for place, match in enumerate(self.ranked, start=1):
            yield f"{place}. {match.score:.2f} [{match.record.id}] {match.record.text[:60]}"
            words = [
                f"{term.text}={_how(own)}"
                for term, own in zip(self.question.terms, match.own, strict=True)
                if own
            ]
            yield "   对上的词：" + ("、".join(words) or "无")
            features = zip(FEATURES, match.features, strict=True)
            yield "   " + " ".join(f"{name}={value:.2f}" for name, value in features if value)

    def _judged(self) -> Iterator[str]:
        evidence = zip(EVIDENCE, self.verdict.evidence, strict=False)
        yield "依据：" + " ".join(f"{name}={value:.2f}" for name, value in evidence if value)
        for veto in self.verdict.vetoes:
            yield f"不能算答案：{_VETOES[veto]}"
        if self.verdict.missing:
            yield "原文附近没有的词：" + "、".join(self.verdict.missing)
        answered, related = self.limits
        yield (
            f"结论：{_STATUS[self.answer.status]}"
            f"（把握 {self.verdict.confidence:.2f}；{answered} 以上算答案，{related} 以上算相关）"
        )
        if self.answer.status in (Status.RELATED, Status.UNKNOWN) and self.ranked:
            yield self._advice()

    def _advice(self) -> str:
        if self.answer.lack in (Lack.FACT, Lack.OTHER_YEAR, Lack.NAME):
            return "若公报其实写了：在 qa/ 里加一条，写上这个问法和原文的那一句。"
        return (
            "若第 1 条就是答案：在 qa/ 里给它加上这个问法，"
            "或在 lexicon/synonyms/ 里把问的词和原文里的词放进一组。"
        )


def _how(own: float) -> str:
    if own >= 1.0:
        return "原词"
    if own >= SYNONYM * SYNONYM:
        return "近义"
    return "读音" if own >= 0.7 else "部分"
