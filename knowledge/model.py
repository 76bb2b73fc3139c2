"""The values that everything else speaks of. All are frozen: a change makes a new value.

An `Issue` holds `Article`s, an article `Section`s, a section `Paragraph`s, a paragraph
`Sentence`s. An `Entry` pairs questions with a `Quote`; an `Answer` is what the reader gets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from knowledge.reading import Reading, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a paragraph: `start` and `end` index the paragraph's reading."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph with the layout's tears mended; `reading` maps every character to the source."""

    reading: Reading
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return self.reading.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands under one subhead; `subhead` is None for what stands above the first."""

    subhead: Reading | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as the page reader saw it. `file` names the page, `line` where it begins."""

    file: Path
    line: int
    kicker: Reading | None
    headline: Reading | None
    byline: tuple[str, ...]
    byline_reading: Reading | None
    captions: tuple[Paragraph, ...]
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """The headline, or the beginning of the text where the source has none."""
        if self.headline is not None:
            return self.headline.text
        for section in self.sections:
            for paragraph in section.paragraphs:
                return paragraph.text[:18] + "…"
        return ""

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Body paragraphs in reading order, counted through all sections."""
        return tuple(p for section in self.sections for p in section.paragraphs)


class JoinKind(StrEnum):
    """Why the page reader put two pieces together."""

    TORN = "torn"
    DUBIOUS = "dubious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A place where the reader rejoined what the layout tore; `offset` indexes the source."""

    offset: int
    line: int
    before: str
    after: str
    kind: JoinKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page file: its decoded text, the articles on it, and what the reader was unsure of."""

    file: Path
    source: str
    articles: tuple[Article, ...]
    joins: tuple[Join, ...]
    remarks: tuple[tuple[int, str], ...]  # (line, message) about odd but readable places


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One number of the bulletin: a folder with pages. `issued` is None when nobody said."""

    id: str
    issued: date | None
    bulletin: str
    title: str
    url: str | None
    pages: tuple[Page, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(article for page in self.pages for article in page.articles)


class Stance(StrEnum):
    """What kind of truth a sentence is."""

    DONE = "done"
    PLAN = "plan"
    PROPOSAL = "proposal"
    STATEMENT = "statement"


class Status(StrEnum):
    """What the bot claims: see the contract of `Answer`."""

    ANSWERED = "answered"
    RELATED = "related"
    UNKNOWN = "unknown"
    CHAT = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who says it, and `verb` how: 说, 表示, 建议 …"""

    name: str
    post: str | None
    verb: str = "说"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a quotation stands; `paragraph` counts from 1 through the whole article, 0 is outside
    the body (headline, caption, byline)."""

    issue: str
    issued: date | None
    bulletin: str
    article: str
    section: str | None
    paragraph: int
    byline: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A passage of a page, verbatim. `spans` index the page's decoded source, several where the
    layout dropped a caption into it; `texts` holds the source of each span with layout white space
    removed; `reading` is what a person should read (PM2.5 for PM_{2.5})."""

    reading: str
    texts: tuple[str, ...]
    file: Path
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who of the staff gave an answer that the bulletin does not hold, and when."""

    name: str
    given: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Questions and the quotation that answers them.

    `id` is stable across re-imports of the same text and fits [A-Za-z0-9_-]{1,40}. `quotes` is
    empty only for a staff entry, whose `text` is then the staff's own words. What was `taught` in
    passing stands beside what the pages bring, and replaces none of it.
    """

    id: str
    kind: str
    questions: tuple[str, ...]
    quotes: tuple[Quote, ...]
    source: Source | None
    stance: Stance | None = None
    speaker: Speaker | None = None
    staff: Staff | None = None
    text: str = ""
    taught: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of several facts a question may mean. `target` is an id for `KnowledgeBase.open`."""

    target: str
    label: str


class Lack(StrEnum):
    """What a `related` or `unknown` answer says about the bulletin's silence."""

    NOTHING = "nothing"  # nothing near the question
    OTHER_YEAR = "other_year"  # the topic, but of another year
    NAME = "name"  # a name that the bulletin never mentions
    FACT = "fact"  # the topic, but not what was asked of it
    UNSURE = "unsure"  # something near, not surely what was meant
    WHICH = "which"  # several facts fit: asks back
    EMPTY = "empty"  # the message holds no question
    TOO_LONG = "too_long"  # more than a question


class Chat(StrEnum):
    """What a message without a question for the bulletin is."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    IDENTITY = "identity"  # who or what are you
    HELP = "help"
    LAUGH = "laugh"
    REQUEST = "request"  # jokes, poems: not what the bot is for
    HOSTILE = "hostile"  # instructions to the bot, advertisements, fraud


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reader gets.

    `text` is the answer as read, without the citation line: the speaker and the quotation. For
    `related` it is the nearest passage, or empty where it is asked back which of several is
    meant; for `unknown` and `chat` it is empty and the adapter says its sentence from `lack`,
    `missing` and `chat`. `confidence` is between 0 and 1. An `answered` always has quotes, or
    `staff`.
    """

    status: Status
    text: str = ""
    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0
    source: Source | None = None
    options: tuple[Option, ...] = ()
    stance: Stance | None = None
    speaker: Speaker | None = None
    staff: Staff | None = None
    target: str | None = None
    lack: Lack | None = None
    missing: tuple[str, ...] = ()  # words of the question that the bulletin does not hold
    chat: Chat | None = None

    @property
    def as_of(self) -> date | None:
        return self.source.issued if self.source is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question tried out: its answer, the target that comes nearest whether it is the answer or
    not, the words that the question comes down to, and the kinds of thing that it asks for."""

    answer: Answer
    nearest: str | None = None
    terms: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question worth asking of an issue, and the target that answers it."""

    question: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The paragraph around a quotation, for a reader who wants the original. `before` and `after`
    surround `quote` in the paragraph."""

    before: str
    quote: str
    after: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An article at a glance: its lead sentence and its sections, each with a target to open."""

    target: str
    title: str
    kicker: str | None
    lead: str
    sections: tuple[Option, ...] = field(default=())
    source: Source
