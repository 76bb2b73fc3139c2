"""What kind of truth a sentence is: done, a plan, a proposal, or a statement.

Every clause is judged by its own words and years; a clause without a sign of its own goes on
with what came before it. 「2023年,40个老旧小区完成改造;2024年,继续改造24个」 thus has two stances.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from knowledge import slots
from knowledge.model import Stance
from knowledge.vocabulary import lexicon


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring clauses of one stance: characters `start` to `end` of a text. `sure` is False
    where no word shows the stance and they only pass for a statement."""

    start: int
    end: int
    stance: Stance
    sure: bool = True


_CLAUSE = re.compile(r"[^，,；;。！？!?…：:\n]+[，,；;。！？!?…：:\n”\"’」』]*")
_DOTS = re.compile(r"\.{3,}")  # an ellipsis in comparable form
_ITEM = re.compile(r"^[一二三四五六七八九十]{1,3}是")
_RESOLVES = re.compile(
    r"力争|争取|(?<![模虚比])拟(?=在|于|用|建|新|投|定于|对)|(?:计划|预计|规划)(?:到|在|于)"
)
_SENTENCE_END = re.compile(r"[。！？!?…]")
_NOUN_PROPOSAL = re.compile(
    r"(?:意见|提案|议案|[条项件份的和与、合理化])建议|建议(?:办理|意见|案|书|、|和|与|的)|提出建议"
)
_OFFICE_PROPOSES = re.compile(r"(?:报告|会议|决议|通知|方案|纲要|规划|公报)建议")
_PROPOSED = re.compile(r"建议|提议|呼吁|倡议")
# 将 as "will": not as 把 (将服务送进网格, 立即将问题上报, 将球夹起).
_WILL = re.compile(
    r"(?<![即时并先后再续动已])将(?!军|领|士|来|就|\d)(?=持续|继续|进一步|积极|以|聚焦|全力|始终|坚持|立足|紧|虚心"
    r"|在|于|会|不断|有|加|推|打造|实施|开|建|新|再|努力|重点|对|从|按|围绕|严|为|全|深|完|优|投|举|启|牢记"
    r"|根据|通过|借|成|形成|达|超|是|与|由|给|用|把|让|使|逐|陆续|率先|采|提|更|主要|实现|构|培|引|做|组织|发)"
    r"|(?<=[\u4e00-\u9fff])(?<![即时并先后再续动已])将(?!军|领|士|来|就|\d)"
    r"(?![^,，。]{1,12}(?:起|给|到|进|入|为|成|至|出|往|开|掉|完)(?:$|[,，。、;；]))"
)
_HAPPENED = re.compile(r"(?<!\d)(1[0-2]|[1-9])月(3[01]|[12]\d|[1-9])日")
_JUST_NOW = re.compile(r"昨[日天晚]|前天|日前|近日|当[日天]")
_MUST = re.compile(
    r"(?:年|一步|今后|期间)[,，]?[^，。；,;]{0,14}(?<![需重主只首必紧想纲摘不概])要(?!求|素|点|闻|道|领)"
)
_ONGOING = re.compile(r"^(?:继续|力争|争取|确保|努力|再|进一步|着力|全力|加快)")
_ALWAYS = re.compile(
    r"^始终坚持|^要(?:坚持|继续|加快|进一步|以|把|全面|深入|推进|落实|聚焦|抓|强化|做好|切实|始终|着力|严格|紧扣|突出)"
)
_ENDS_DONE = re.compile(r"了(?!解|然|如|却|得|不起)|(?<!抵|到|表|传|发)达(?!到|成|人|标准)")
_JUDGES = re.compile(
    r"体现|彰显|反映出|反映了|表明|深感|深刻|令人|认为|结果|意味着|标志着|的好报告|觉得|感觉|看来|其实"
    r"|是.{2,40}的(?:[^，。]{0,8})$"
)
_OPINION = re.compile(r"让人|可以|可能|能够|应该|应当|必须|有助于|有利于|不仅|相信")
_PREDICTS = re.compile(r"将(?:会)?(?:有助于|有利于|可能|意味着)|将给[^，。,]{1,12}带来")
_THIS_YEAR = re.compile(r"(?:今年|明年|20\d\d年)[,，]?(?:再|要|将|继续|力争|着力|全力|计划|拟)")
_WEAK_PLANS = frozenset(("计划", "规划", "目标", "未来", "打算", "展望"))
_PLANS_TO = re.compile(
    r"(?:计划|规划|打算)(?:在|到|于|用|将|新|建|投|年|再|从|改|实|完|推|开|20)|展望未来|未来[几一两三五\d]"
    r"|目标(?:是|为)|为目标"
)
_FIRST_MONTHS = 3  # an issue of these months names its own year for what is still to come


def stance_of(text: str, issued: date | None) -> Stance | None:
    """The stance of most of a text; a proposal in it outweighs what leads to it. None when the
    text is empty."""
    return stance_within(groups(text, issued), 0, len(text))


def stance_within(found: Iterable[Group], start: int, end: int) -> Stance | None:
    """The stance of characters `start` to `end` of a text whose groups were `found`: so a
    sentence keeps what the sentences before it lend to it (一是…。二是…。)."""
    shares: dict[Stance, int] = {}  # a sure stance counts twice
    for group in found:
        inside = min(group.end, end) - max(group.start, start)
        if inside > 0:
            shares[group.stance] = shares.get(group.stance, 0) + (2 if group.sure else 1) * inside
    if not shares:
        return None
    if shares.get(Stance.PROPOSAL, 0) * 3 >= sum(shares.values()):
        return Stance.PROPOSAL
    return max(shares, key=lambda stance: shares[stance])


def groups(text: str, issued: date | None) -> tuple[Group, ...]:
    """The clause groups of a text with their stances, without gaps between clauses."""
    text = _DOTS.sub(lambda dots: "…" * len(dots[0]), text)
    found: list[Group] = []
    current: Stance | None = None
    listed: Stance | None = None
    fresh = True
    for match in _CLAUSE.finditer(text):
        clause = match[0]
        own = _own(clause, text, match.start(), issued, None if fresh else current)
        if clause.startswith("一是") and current is not Stance.STATEMENT:
            listed = current
        if listed is not None and _ITEM.match(clause):
            own = listed
        sure = own is not None
        if own is None:
            own = Stance.STATEMENT if current is None or fresh else current
            sure = own is not Stance.STATEMENT
        current = own
        fresh = _SENTENCE_END.search(clause) is not None
        if found and (found[-1].stance, found[-1].sure) == (own, sure):
            found[-1] = Group(found[-1].start, match.end(), own, sure)
        else:
            found.append(Group(match.start(), match.end(), own, sure))
    return tuple(found)


def _own(
    clause: str, text: str, at: int, issued: date | None, current: Stance | None
) -> Stance | None:
    """The stance that a clause shows by itself."""
    proposed = _PROPOSED.search(clause)
    if proposed is not None and not _NOUN_PROPOSAL.search(clause):
        if _OFFICE_PROPOSES.search(clause):
            return Stance.PLAN
        if clause[: proposed.start()].find("报告") < 0:
            return Stance.PROPOSAL
    if current is Stance.PROPOSAL and not slots.years(clause, issued):
        return None
    if any(word in clause for word in _words(Stance.PROPOSAL)):
        return Stance.PROPOSAL
    year = _year(clause, issued)
    opinion = _JUDGES.search(clause) is not None or (
        current is not Stance.PLAN and _OPINION.search(clause) is not None
    )
    resolved = _RESOLVES.search(clause) is not None
    if resolved or (_plans(clause, text, at) and (year is None or year >= 0)):
        return Stance.PLAN
    done = _ENDS_DONE.search(clause) is not None or any(w in clause for w in _words(Stance.DONE))
    if year is not None:
        if year > 0:
            return Stance.PLAN
        if opinion:
            return Stance.STATEMENT
        if year < 0 or done:
            return Stance.DONE
        if issued is not None and issued.month <= _FIRST_MONTHS and _ends_at_year(clause):
            return Stance.PLAN
    if opinion:
        return Stance.STATEMENT
    if _happened(clause, issued):
        return Stance.DONE
    if current is Stance.PLAN:
        return None
    return Stance.DONE if done else None


def _happened(clause: str, issued: date | None) -> bool:
    """Whether a clause tells of a day before the issue."""
    if _JUST_NOW.search(clause):
        return True
    day = _HAPPENED.search(clause)
    return (
        day is not None
        and issued is not None
        and (int(day[1]), int(day[2])) <= (issued.month, issued.day)
    )


def _year(clause: str, issued: date | None) -> int | None:
    """The latest year that a clause names, as an offset from the year of issue."""
    named = slots.years(clause, issued)
    if issued is not None and named.absolute:
        return max(named.absolute) - issued.year
    return max(named.relative) if named.relative else None


def _ends_at_year(clause: str) -> bool:
    """Whether a clause only says when (2024年,): what follows is still to come."""
    return re.fullmatch(r"(?:(?:19|20)\d\d年|今年)[,，]?", clause) is not None


def _plans(clause: str, text: str, at: int) -> bool:
    if _PREDICTS.search(clause):
        return False
    if _PLANS_TO.search(clause) or _THIS_YEAR.search(clause):
        return True
    if _WILL.search(clause) or any(word in clause for word in _words(Stance.PLAN)):
        return _ENDS_DONE.search(clause) is None
    before = text[max(0, at - 24) : at]
    return (
        _ALWAYS.match(clause) is not None
        or _MUST.search(before + clause) is not None
        or (_ONGOING.match(clause) is not None and _MUST_BEFORE.search(before) is not None)
    )


_MUST_BEFORE = re.compile(r"(?:今年|明年|新的?一年|下一步)[,，]$")


@cache
def _words(stance: Stance) -> tuple[str, ...]:
    """The words of the lexicon that show a stance wherever they stand."""
    left_out = _WEAK_PLANS | {"将", "拟", "了", "达", "建议", "提议", "呼吁", "倡议"}
    return tuple(word for word in lexicon().stance[stance] if word not in left_out)
