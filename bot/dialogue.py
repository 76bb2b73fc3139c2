"""One turn of a conversation: a message in the light of what was said before → an answer.

Pure: no Telegram, no database. A follow-up becomes a full question by putting what it leaves out
in its place (the year, the topic, the person), or is answered from the last answer itself (who
said it, which article, more of it).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace

from bot.sessions import Session
from knowledge.base import KnowledgeBase
from knowledge.model import Answer, Lack, Status
from knowledge.people import people
from knowledge.text import bare, comparable

logger = logging.getLogger(__name__)

_SHORT = 6  # characters up to which a question may say too little by itself
_NUMBERS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_CHOICE = re.compile(r"(?:选|第)?(?P<number>\d{1,2}|[一二两三四五六七八九])(?:个|号|项|条)?")
_WHO_SAID = re.compile(
    r"(?:这|那|这话|这是|那是|这个|这些|这句话|是)*(?:谁|哪位|哪个人|什么人)(?:代表)?(?:说|讲|提|建议|提出|提议)(?:的|来|出来)*(?:呀|啊|呢)?"
)
_WHICH_ARTICLE = re.compile(
    r"(?:这|那|是|在|出自|来自|登在|从)*(?:哪篇|哪一篇|什么)(?:报道|文章|新闻|稿子)?(?:里|里的|上|说的|写的|讲的|看到的)*|出处(?:是)?(?:哪里|哪|什么)?|来源(?:是)?(?:哪里|哪|什么)?|哪(?:里|儿)(?:说|写|登|看到)的"
)
_WHO_WROTE = re.compile(
    r"(?:这|那|这篇|是|报道|文章|稿子)*(?:谁写|哪位记者写|记者是谁|作者是谁|谁是记者|谁报道|谁采写)(?:的)?"
)
_MORE = re.compile(
    r"(?:再|能|说|讲|请|可以|还能)*(?:详细|具体|仔细|多)(?:一)?(?:点|些|说说|讲讲|说|讲)*(?:吗|吧)?|展开(?:说说|讲讲)?|全文|原文(?:呢)?|多说(?:一)?点"
)
_ELSE = re.compile(r"(?:那)?(?:还有|其他|别的|另外)(?:的)?(?:呢|吗|什么|哪些|啥|没有)?(?:呢|吗)?")
_WHY = re.compile(
    r"(?:那|这|这是|那是)*(?:为什么|为啥|为何|咋会|怎么会|什么原因|啥原因|原因呢|凭什么).{0,8}"
)
_PERSON = re.compile(r"他们|她们|他|她|这个人|那个人|此人|这位|那位(?=[是的说])")
_THING = re.compile(r"它们|它|这个|那个|这件事|那件事|这事|那事|这项|那项|这张|那张|这些|那些|该")
_LEADS = re.compile(r"^(?:那么|那|还|再|又|后来|然后|最后|结果|另外)")
_ENDS = re.compile(r"(?:呢|咧|的呢)$")
_YEAR = re.compile(r"(?:19|20)\d\d年?|今年|去年|前年|明年|新的一年|上一年")
_ASKING = re.compile(
    r"(?:一共|总共)?(?:是|有|有了|改造了|建成了|建了)?(?:多少(?:个|人|名|项|元|户|家|所)?|几个|几|哪些|哪个|什么时候|什么|谁|怎么样|怎么|如何|哪里)[^，。？?]*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What came of a message: the session afterwards, the answer, and the question in full."""

    session: Session
    answer: Answer
    question: str


def turn(session: Session, message: str, base: KnowledgeBase) -> Turn:
    """Answer a message. A session that belongs to another version of the knowledge keeps its
    words and loses its ids."""
    if session.version != base.version:
        session = replace(session, target=None, shown=(), options=(), version=base.version)
    words = bare(comparable(message))
    chosen = _choice(session, words)
    if chosen is not None:
        taken = choose(session, chosen, base)
        if taken is not None:
            return taken
    from_last = _from_last(session, words, base)
    if from_last is not None:
        told = replace(from_last, target=session.target)  # what is spoken of stays the same
        return Turn(
            session=_after(session, session.question, told, base),
            answer=from_last,
            question=session.question,
        )
    if session.question and _ELSE.fullmatch(words):
        answer = base.ask(session.question, near=session.target, besides=session.shown)
        return _taken(session, session.question, answer, base)
    answer = base.ask(message)
    question = message
    if session.question and _may_lean(answer):
        question, answer = _best(session, message, words, answer, base)
    return _taken(session, question, answer, base)


def _may_lean(answer: Answer) -> bool:
    """Whether a message with that answer can be a follow-up: talk and nothing at all cannot."""
    return answer.status is not Status.CHAT and answer.lack not in (Lack.EMPTY, Lack.TOO_LONG)


def _best(
    session: Session, message: str, words: str, alone: Answer, base: KnowledgeBase
) -> tuple[str, Answer]:
    """The question that a message most likely stands for, and its answer.

    One that points back is taken in the light of the conversation even where that has no answer;
    one that does not, only where that has another answer than the last and the message alone has
    none, or where the message names nothing by itself (什么时候的事).
    """
    points = _points_back(words)
    if not points and (alone.status is Status.ANSWERED and len(words) > _SHORT):
        return message, alone
    tried = [(full, base.ask(full, near=session.target)) for full in _in_full(session, message)]
    question, answer = max(tried, key=lambda pair: _rank(pair[1]))
    adds = answer.status is Status.ANSWERED and (
        answer.target != session.target or base.only_asks(message)
    )
    if _rank(alone) >= _rank(answer) or not (points or adds):
        keeps = points and alone.status is not Status.ANSWERED
        return (question, answer) if keeps else (message, alone)
    return question, answer


def choose(session: Session, target: str, base: KnowledgeBase, question: str = "") -> Turn | None:
    """Open an option or a link, on which the reader saw `question`; None when this version of
    the knowledge has no such target."""
    answer = base.open(target)
    if answer is None:
        return None
    label = next((option.label for option in session.options if option.target == target), "")
    return _taken(session, question or label or answer.text, answer, base)


def vouched(answer: Answer, base: KnowledgeBase) -> Answer:
    """The answer, if each quotation of it still stands in its page; else that there is none."""
    if not answer.quotes or base.verified(answer):
        return answer
    logger.error("%s: a quotation no longer stands in its page; not sent", answer.target)
    return Answer(status=Status.UNKNOWN, lack=Lack.NOTHING)


def _taken(session: Session, question: str, answer: Answer, base: KnowledgeBase) -> Turn:
    after = _after(session, question, answer, base)
    return Turn(session=after, answer=answer, question=question)


def _after(session: Session, question: str, answer: Answer, base: KnowledgeBase) -> Session:
    """The session once an answer was given; talk, and what the bulletin knows nothing of, leave it
    as it was."""
    if answer.status is Status.CHAT or answer.lack in (Lack.EMPTY, Lack.TOO_LONG):
        return session
    if answer.status is Status.UNKNOWN:
        return replace(session, options=(), version=base.version)
    again = question == session.question
    shown = (*(session.shown if again else ()), *((answer.target,) if answer.target else ()))
    return replace(
        session,
        question=question,
        target=answer.target or session.target,
        shown=tuple(dict.fromkeys(shown)),
        options=answer.options,
        person=_person(question, answer) or session.person,
        version=base.version,
    )


def _person(question: str, answer: Answer) -> str | None:
    """Of whom the conversation now is: named in the question, who speaks, named in the answer."""
    named = [person.name for person in people(answer.text)]
    for name in named:
        if name in question:
            return name
    if answer.speaker is not None:
        return answer.speaker.name
    return named[0] if named else None


def _choice(session: Session, words: str) -> str | None:
    match = _CHOICE.fullmatch(words)
    if match is None or not session.options:
        return None
    text = match["number"]
    number = int(text) if text.isdigit() else _NUMBERS[text]
    return session.options[number - 1].target if 1 <= number <= len(session.options) else None


def _from_last(session: Session, words: str, base: KnowledgeBase) -> Answer | None:
    """The answer to a question about the last answer; None when it is none."""
    if session.target is None:
        return None
    if _WHO_SAID.fullmatch(words):
        return base.speaker(session.target)
    if _WHICH_ARTICLE.fullmatch(words):
        return base.headline(session.target)
    if _WHO_WROTE.fullmatch(words):
        return base.byline(session.target)
    if _MORE.fullmatch(words):
        return base.wider(session.target)
    return None


def _points_back(words: str) -> bool:
    """Whether a message needs what was said before: 他, 那个, 那 …, … 呢, 为什么."""
    return bool(
        _PERSON.search(words)
        or _THING.search(words)
        or _LEADS.match(words)
        or _ENDS.search(words)
        or _WHY.fullmatch(words)
    )


def _in_full(session: Session, message: str) -> list[str]:
    """The full questions that a follow-up may stand for, likeliest first."""
    text = message.strip().rstrip("?？。!！ ")
    last = session.question.strip().rstrip("?？。!！ ")
    short = _LEADS.sub("", text)
    topic = _topic(last)
    if _ENDS.search(short):
        new = _ENDS.sub("", short)
        years = _YEAR.findall(new)
        rest = _YEAR.sub("", new).strip("的")
        asking = _ASKING.search(last)
        tail = asking[0] if asking else ""
        if years and not rest:
            replaced = _YEAR.sub(years[0], last) if _YEAR.search(last) else years[0] + last
            return [replaced, years[0] + _YEAR.sub("", topic)]
        year = (years or _YEAR.findall(last) or [""])[0]
        candidates = [f"{year}{rest}{tail}", f"{year}{rest}"]
        if years:
            candidates.insert(0, _YEAR.sub(years[0], last) + rest)
        return candidates
    if session.person and _PERSON.search(short) and "们" not in short:
        return [_PERSON.sub(session.person, short, count=1), f"{topic} {short}"]
    if _WHY.fullmatch(bare(comparable(short))):
        return [f"为什么{topic}", f"{topic} {short}"]
    return [f"{topic} {_THING.sub('', short)}", f"{topic} {short}", short]


def _topic(question: str) -> str:
    """What a question is about: the question without its asking words."""
    bared = _ASKING.sub("", question)
    return (bared if len(bare(bared)) >= 2 else question).strip("的是有了,，")


def _rank(answer: Answer) -> tuple[bool, float]:
    return answer.status is Status.ANSWERED, answer.confidence
