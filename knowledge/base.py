"""The knowledge base: one immutable snapshot of a content that answers questions.

`KnowledgeBase.over` does all the work once; `ask` then only reads. `Live` holds the snapshot in
use: a new one is built aside and put in its place in one step, and whoever began with the old one
finishes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from knowledge.building import Progress, open_stock, reopened
from knowledge.cards import Card, PageFiles
from knowledge.catalog import Kind
from knowledge.companions import completed
from knowledge.content import Content
from knowledge.cues import SYNONYM
from knowledge.curated import Check
from knowledge.errors import Problem
from knowledge.examples import examples
from knowledge.explain import Explanation
from knowledge.index import index_of
from knowledge.initials import Initials
from knowledge.judge import Verdict, Veto, judge, same_fact
from knowledge.matcher import Matcher, Scored
from knowledge.model import (
    Answer,
    Entry,
    Example,
    Lack,
    Option,
    Overview,
    Passage,
    Probe,
    Status,
)
from knowledge.own_words import segmenter_knowing
from knowledge.packing import unpack
from knowledge.presenter import Presenter
from knowledge.question import LONGEST, Question, understand
from knowledge.reading import verbatim
from knowledge.records import BYLINE, HEADLINE, NOWHERE, Record
from knowledge.sameness import same_question
from knowledge.several import beside, several
from knowledge.stock import Composition, Stock, stock_in_memory
from knowledge.text import bare, comparable
from knowledge.weights import Weights, weights

_HEAVY = 0.5  # weight from which one word in common is worth an option


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From which confidence (0 to 1) a match is called the answer or related, and how many
    options a reader is offered."""

    answered: float = 0.4
    related: float = 0.2
    options: int = 4


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A ranking, the verdict on its first, and the staff's answers to other questions that have
    words in common with the one asked."""

    ranked: list[Scored]
    verdict: Verdict
    aside: tuple[Record, ...]


class KnowledgeBase:
    """One snapshot; safe for many threads."""

    def __init__(self, stock: Stock, limits: Limits, fitted: Weights) -> None:
        self.stock = stock
        self.version = stock.version
        self._library = stock.library
        self._present = Presenter(stock.library)
        self._segmenter = segmenter_knowing(stock.own_words())
        self._initials = Initials(stock.words_with)
        self._matcher = Matcher(index_of(stock, self._segmenter), fitted)
        self._limits = limits
        self._weights = fitted
        self._variants: dict[str, Question] = {}

    @classmethod
    def build(cls, content: Content, limits: Limits | None = None) -> KnowledgeBase:
        """The snapshot of a content that is already read, all in memory. Raises LexiconError when
        the program's word lists are bad."""
        return cls(stock_in_memory(content), limits or Limits(), weights())

    @classmethod
    def over(
        cls,
        folder: Path,
        limits: Limits | None = None,
        progress: Progress | None = None,
        told_as: Path | None = None,
    ) -> KnowledgeBase:
        """The snapshot of a content folder, by way of its catalog on disk: only what changed
        since is built. Of a copy, its files can be `told_as` those of the original. Raises
        KnowledgeError with everything that is wrong."""
        return cls(open_stock(folder, progress, told_as), limits or Limits(), weights())

    def successor(self, folder: Path, made_of: Composition) -> KnowledgeBase | None:
        """The snapshot that another process has put together of `folder` a moment ago, by what it
        is made of: at once, since all but what changed is known here. None where that is no longer
        to be found."""
        stock = reopened(folder, made_of, self.stock)
        return KnowledgeBase(stock, self._limits, self._weights) if stock is not None else None

    @property
    def current(self) -> Card | None:
        """The newest issue."""
        return self.stock.issues[0] if self.stock.issues else None

    def ask(
        self, question: str, *, near: str | None = None, besides: tuple[str, ...] = ()
    ) -> Answer:
        """The answer to a question in full; never raises, whatever the text.

        In a conversation `near` is the id of what was spoken of last, whose surroundings get a
        head start, and `besides` are ids of what was shown already and is not wanted again.
        """
        if len(question) > LONGEST:
            return Answer(status=Status.UNKNOWN, lack=Lack.TOO_LONG)
        asked = self._understood(question)
        last = self._record(near)
        shown = [record for target in besides if (record := self._record(target)) is not None]
        return self._answer(asked, self._weigh(asked, last, shown), last)

    def only_asks(self, message: str) -> bool:
        """Whether a message asks for a kind of thing that an answer cannot do without, and names
        nothing: 什么时候的事."""
        asked = self._understood(message)
        return bool(asked.strict) and not asked.terms

    def headline(self, target: str) -> Answer | None:
        """The headline of the article that an id belongs to."""
        record = self._record(target)
        return self._present.beside_the_body(record, HEADLINE) if record is not None else None

    def byline(self, target: str) -> Answer | None:
        """Who wrote the article that an id belongs to."""
        record = self._record(target)
        return self._present.beside_the_body(record, BYLINE) if record is not None else None

    def speaker(self, target: str) -> Answer | None:
        """Who says what stands behind an id: the words of the page that name the person; None
        where nobody is said to say it."""
        record = self._record(target)
        return self._present.speaker(record) if record is not None else None

    def wider(self, target: str) -> Answer | None:
        """What stands behind an id with the sentences around it, as far as they can be read at
        once; None when there is no more."""
        record = self._record(target)
        return self._present.wider(record) if record is not None else None

    def _record(self, target: str | None) -> Record | None:
        return self._library.record(target) if target is not None else None

    def explain(self, question: str) -> Explanation:
        """How the answer to a question comes about."""
        asked = self._understood(question[:LONGEST])
        weighed = self._weigh(asked)
        return Explanation(
            question=asked,
            ranked=tuple(weighed.ranked[:5]),
            aside=weighed.aside,
            verdict=weighed.verdict,
            answer=self.ask(question),
            limits=(self._limits.answered, self._limits.related),
            weights=self._weights,
        )

    def open(self, target: str) -> Answer | None:
        """What stands behind an id: an entry, a sentence, an article or a section of one; None
        when this version holds no such thing."""
        record = self._record(target)
        if record is None:
            return None
        heading = self._library.heading(target)
        options = heading.options if heading is not None else ()
        return replace(self._present.answer(record, confidence=1.0), options=options)

    def label(self, target: str) -> str:
        """The question that an id of a curated or extracted entry answers; "" for others."""
        entry = self.entry(target)
        return next(iter(entry.questions), "") if entry is not None else ""

    def entry(self, target: str) -> Entry | None:
        """The curated or extracted entry with an id; None for what is no entry."""
        record = self._record(target)
        return self._library.entry(record) if record is not None else None

    def probe(self, question: str) -> Probe:
        """What becomes of a question now, and what it comes down to."""
        if len(question) > LONGEST:
            return Probe(answer=self.ask(question))
        asked = self._understood(question)
        weighed = self._weigh(asked)
        near = (*weighed.aside, *(scored.record for scored in weighed.ranked[:1]))
        return Probe(
            answer=self._answer(asked, weighed),
            nearest=near[0].id if near else None,
            terms=tuple(sorted({term.text for term in asked.terms})),
            asks=asked.asks,
        )

    def passage(self, target: str) -> Passage | None:
        """The paragraph around what stands behind an id."""
        record = self._record(target)
        return self._present.passage(record) if record is not None else None

    def overviews(self) -> tuple[Overview, ...]:
        """The articles of the newest issue at a glance."""
        return self._overviews

    @cached_property
    def _overviews(self) -> tuple[Overview, ...]:
        slots = [self.current.slot] if self.current is not None else []
        bodies = self._library.view.bodies(Kind.OVERVIEWS, slots)
        return tuple(view for body in bodies for view in unpack(body, tuple[Overview, ...]))

    def examples(self, count: int = 6) -> tuple[Example, ...]:
        """Questions worth asking of the newest issue."""
        return self._examples[:count]

    @cached_property
    def _examples(self) -> tuple[Example, ...]:
        return examples(self.stock, self.ask)

    def verified(self, answer: Answer) -> bool:
        """Whether every quotation of an answer still stands verbatim in its page."""
        for quote in answer.quotes:
            found = self._files.get(quote.file)
            if found is None:
                return False
            card, page = found
            source = self._library.page(card.slot, page)
            if quote.texts != verbatim(source.text, quote.spans):
                return False
        return True

    @cached_property
    def _files(self) -> PageFiles:
        return PageFiles(self.stock.issues)

    def failures(self) -> tuple[Problem, ...]:
        """The regression questions that this snapshot does not answer as they demand."""
        return tuple(problem for check in self.stock.checks for problem in self._failure(check))

    def _failure(self, check: Check) -> Iterator[Problem]:
        answer = self.ask(check.question)
        held = comparable(answer.text)
        lacking = [text for text in check.contains if comparable(text) not in held]
        if answer.status is not check.status:
            message = f"“{check.question}”应当是 {check.status}，现在是 {answer.status}"
        elif lacking:
            message = f"“{check.question}”的回答里应当有“{lacking[0]}”，现在没有"
        else:
            return
        yield Problem(file=check.file, line=check.line, message=message)

    def _understood(self, message: str) -> Question:
        return understand(self._initials.expand(message), self._segmenter)

    def _weigh(
        self, asked: Question, near: Record | None = None, shown: Sequence[Record] = ()
    ) -> _Weighed:
        """The ranking of a question without what was `shown`, and what to make of it."""
        found = self._matcher.rank(asked, near) if asked.chat is None and asked.core else []
        fresh = [one for one in found if not any(same_fact(one.record, old) for old in shown)]
        ranked: list[Scored] = []
        aside: list[Record] = []
        for one in fresh:
            if self._meant(asked, one):
                ranked.append(one)
            elif _shares_words(asked, one):
                aside.append(one.record)
        verdict = judge(asked, ranked, self._library, self._weights)
        return _Weighed(ranked, verdict, tuple(aside))

    def _meant(self, asked: Question, scored: Scored) -> bool:
        """Whether something can be the answer: what the staff said, only to its own question."""
        if scored.record.passage != NOWHERE or scored.vouched:
            return True
        return any(same_question(asked, self._variant(text)) for text in scored.record.variants)

    def _variant(self, text: str) -> Question:
        """A question of the staff's entries as understood, which is remembered."""
        if text not in self._variants:
            self._variants[text] = self._understood(text)
        return self._variants[text]

    def _answer(self, asked: Question, weighed: _Weighed, last: Record | None = None) -> Answer:
        ranked, verdict = weighed.ranked, weighed.verdict
        if asked.chat is not None:
            return Answer(status=Status.CHAT, chat=asked.chat)
        if not bare(asked.text):
            return Answer(status=Status.UNKNOWN, lack=Lack.EMPTY)
        confidence = round(verdict.confidence, 4)
        limits = self._limits
        if ranked and confidence >= limits.answered and not verdict.vetoes:
            reports = several(asked, ranked, self._library)
            meant = beside(last, reports, self._library) if last is not None else None
            if meant is not None:
                return self._present.answer(meant, confidence)
            if reports:
                return Answer(
                    status=Status.RELATED,
                    lack=Lack.WHICH,
                    confidence=min(confidence, limits.answered),
                    options=tuple(map(self._present.titled, reports[: limits.options])),
                )
            return completed(
                self._present.answer(ranked[0].record, confidence), ranked, self._library
            )
        if asked.aside is not None:
            return Answer(status=Status.CHAT, chat=asked.aside)
        others = [self._option(record) for record in weighed.aside]
        strange = Veto.WORDS in verdict.vetoes  # then what is nearest is hardly near
        if not ranked or confidence < (limits.answered if strange else limits.related):
            if others:
                return Answer(
                    status=Status.RELATED,
                    lack=Lack.UNSURE,
                    confidence=min(confidence, limits.related),
                    options=tuple(others[: limits.options]),
                )
            return Answer(
                status=Status.UNKNOWN,
                lack=Lack.NOTHING,
                missing=verdict.missing,
                confidence=min(confidence, limits.related),
            )
        if verdict.lack is Lack.UNSURE:
            others += self._options(ranked)
        nearest = self._present.answer(ranked[0].record, min(confidence, limits.answered))
        return replace(
            nearest,
            status=Status.RELATED,
            lack=verdict.lack,
            missing=verdict.missing,
            options=tuple(others)[: limits.options],
        )

    def _options(self, ranked: list[Scored]) -> tuple[Option, ...]:
        """Other facts that the question may mean, best first, none the same as another."""
        chosen: list[Record] = []
        for scored in ranked:
            if len(chosen) == self._limits.options:
                break
            if not any(same_fact(scored.record, record) for record in chosen):
                chosen.append(scored.record)
        return tuple(map(self._option, chosen))

    def _option(self, record: Record) -> Option:
        return Option(target=record.id, label=self._present.label(record))


def _shares_words(asked: Question, scored: Scored) -> bool:
    """Whether a word that weighs something in a question stands in a record too."""
    own = zip(asked.terms, scored.own, strict=True)
    return any(term.weight >= _HEAVY and held >= SYNONYM for term, held in own)


class Live:
    """The snapshot in use; reading `current` once gives one whole version."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.current = base

    def swap(self, base: KnowledgeBase) -> None:
        """Put a finished snapshot in the place of the old one."""
        self.current = base
