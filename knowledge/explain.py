"""Why a question got its answer, in words that an editor can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.cues import match_of
from knowledge.judge import Verdict, Veto
from knowledge.matcher import Scored
from knowledge.model import Answer, Lack, Status
from knowledge.question import Question
from knowledge.records import Record
from knowledge.weights import EVIDENCE, FEATURES, Weights
from knowledge.wording import of_record

_VETOES = {
    Veto.YEAR: "问的年份和原文说的年份不一样",
    Veto.PLACE: "问到的地名，这篇报道里没有",
    Veto.NAME: "问到的名字，这篇报道里没有",
    Veto.WORDS: "问题里多半的词，原文附近都没有",
    Veto.KIND: "原文里没有问题要的那类内容",
}
_STATUS = {
    Status.ANSWERED: "有答案",
    Status.RELATED: "没有直接的答案，给出相关原文",
    Status.UNKNOWN: "公报里没有",
    Status.CHAT: "不是问题，只是寒暄",
}
_KINDS = {
    "who": "是谁",
    "when": "什么时候",
    "day": "哪一天",
    "clock": "几点钟",
    "how_many": "多少",
    "duration": "多久",
    "price": "多少钱",
    "phone": "电话",
    "address": "地址",
    "age": "年龄",
    "where": "在哪里",
    "why": "为什么",
    "how": "怎么做",
    "define": "是什么",
    "which": "哪个、哪些",
    "name": "叫什么",
    "full_name": "全名",
    "documents": "要什么材料",
    "formality": "怎么办理",
    "roster": "名单",
    "list": "有哪些",
    "what": "什么",
    "whether": "是不是",
    "post": "什么职务",
}
_NAMES = {
    "covered_inside": "词对上了",
    "covered_around": "词在同一段里",
    "covered_beside": "词在前后句里",
    "pairs": "字对上了",
    "pairs_inside": "字对上了（按段内少见程度）",
    "pairs_around": "字在同一段里",
    "found": "检索得分",
    "passage": "整段的检索得分",
    "alike": "整句相像",
    "focus": "问的东西点到了",
    "near": "数字挨着要问的词",
    "holds": "有要的那类内容",
    "holds_strictly": "必须有的内容都有",
    "length": "长短合适",
    "pairs_and_holds": "字对上又有那类内容",
    "margin_note": "署名或图片说明",
    "year": "年份",
    "variant": "像这条的一个问法",
    "questions": "这条的各种问法里有这些词",
    "questions_pairs": "这条的各种问法里有这些字",
    "beyond": "段首没说、这句说了的词",
    "asked_inside": "疑问词旁边的词",
    "defines": "说明了是什么",
    "noun": "点了这一类的名",
    "bias": "起点",
    "margin": "比下一条高出",
    "level": "检索得分占满分的比例",
    "passage_level": "整段得分占满分的比例",
    "absent": "附近没有的词里最重的",
    "absent_share": "附近没有的词占的比例",
}
_SHOWN = 4  # reasons shown for each match
_WORTH = 0.1  # points from which a reason is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An answer with the way to it. `ranked` are the first five, `aside` answers of the staff to
    other questions, `limits` the confidences from which a match counts as answered and as
    related."""

    question: Question
    ranked: tuple[Scored, ...]
    aside: tuple[Record, ...] = ()
    verdict: Verdict
    answer: Answer
    limits: tuple[float, float]
    weights: Weights

    def lines(self) -> list[str]:
        """The explanation as lines of plain Chinese."""
        return [*self._understood(), *self._found(), *self._judged()]

    def doubts(self) -> list[str]:
        """Why the first of the ranking is not called the answer, in few words."""
        found = [_VETOES[veto] for veto in self.verdict.vetoes]
        if self.verdict.missing:
            found.append(f"原文附近没有的词：{'、'.join(self.verdict.missing)}")
        if self.answer.lack is Lack.WHICH:
            found.append("几篇报道都对得上，问题里没有说是哪一件")
        answered, _ = self.limits
        if self.verdict.confidence < answered:
            found.append(f"把握不够（{self.verdict.confidence:.2f}，{answered} 以上才算答案）")
        return found

    def _understood(self) -> Iterator[str]:
        question = self.question
        yield f"问题：{question.original.strip()}"
        if question.chat is not None:
            yield "理解：这不是要查的问题"
            return
        weighed = (f"{term.text}（{term.weight:.2f}）" for term in question.terms)
        yield f"要查的词（括号里是分量）：{'、'.join(weighed) or '无'}"
        kinds = (_KINDS[kind] for kind in sorted(question.asks))
        yield f"问的是：{'；'.join(kinds) or '没有疑问词'}"
        if question.noun:
            yield f"要的是哪一类：{question.noun}"
        if question.places:
            yield f"地名：{'、'.join(question.places)}"

    def _found(self) -> Iterator[str]:
        if not self.ranked:
            return
        first = self.ranked[0]
        for place, match in enumerate(self.ranked, start=1):
            yield f"{place}. {match.score:.1f} 分：{match.record.text[:60]}（{match.record.id}）"
            yield from self._words(match)
            if match is first:
                yield f"   得分主要来自：{self._reasons(match.features)}"
            else:
                gaps = [a - b for a, b in zip(match.features, first.features, strict=True)]
                yield f"   与第 1 条相比：{self._reasons(gaps)}"

    def _words(self, match: Scored) -> Iterator[str]:
        met, gone = [], []
        for term, own in zip(self.question.terms, match.own, strict=True):
            how = match_of(term, of_record(match.record)) if own else ""
            if not own:
                gone.append(term.text)
            else:
                met.append(f"{term.text}（{how or '在这条的问法里'}）")
        yield f"   对上的词：{'、'.join(met) or '无'}"
        if gone:
            yield f"   没对上的词：{'、'.join(gone)}"

    def _reasons(self, values: Sequence[float]) -> str:
        return _parts(FEATURES, values, self.weights.ranking.tolist()) or "差不多"

    def _judged(self) -> Iterator[str]:
        if self.verdict.evidence:
            reasons = _parts(
                EVIDENCE, self.verdict.evidence, self.weights.judging.tolist(), shown=6
            )
            yield f"把握的依据：{reasons}"
        for record in self.aside:
            yield f"工作人员答过的另一个问题：{record.variants[0]}（{record.id}）"
        for veto in self.verdict.vetoes:
            yield f"不能算答案：{_VETOES[veto]}"
        if self.verdict.missing:
            yield f"原文附近没有的词：{'、'.join(self.verdict.missing)}"
        answered, related = self.limits
        yield (
            f"结论：{_STATUS[self.answer.status]}"
            f"（把握 {self.verdict.confidence:.2f}；{answered} 以上算答案，{related} 以上算相关）"
        )
        if self.answer.status in (Status.RELATED, Status.UNKNOWN) and self.ranked:
            yield self._advice()

    def _advice(self) -> str:
        if self.answer.lack is Lack.WHICH:
            return "几篇报道都对得上，问题里没有说是哪一件：请读者再选一次。"
        if self.answer.lack in (Lack.FACT, Lack.OTHER_YEAR, Lack.NAME):
            return "若公报其实写了：在 qa/ 里加一条，写上这个问法和原文的那一句。"
        return (
            "若第 1 条就是答案：在 qa/ 里给它加上这个问法，"
            "或在 lexicon/synonyms/ 里把问的词和原文里的词放进一组。"
        )


def _parts(
    names: Sequence[str], values: Sequence[float], weights: Sequence[float], shown: int = _SHOWN
) -> str:
    """The heaviest parts of a weighted sum, each by its name with its points."""
    parts = [(w * v, _NAMES[name]) for name, v, w in zip(names, values, weights, strict=True)]
    parts.sort(key=lambda part: -abs(part[0]))
    return "、".join(
        f"{name} {points:+.1f}" for points, name in parts[:shown] if abs(points) >= _WORTH
    )
