"""From an article to questions and their quotations, without anybody's help.

What stands outside the body gives who wrote it, what a picture shows and what it is about; the
body gives people, speech, proposals, and the facts of `knowledge.facts`. Every entry quotes the
page verbatim, and no more of it than the fact needs.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from knowledge import facts
from knowledge.model import Article, Entry, Issue, Page, Paragraph, Section, Speaker, Stance
from knowledge.people import Person, people
from knowledge.quoting import quote_of, source_of
from knowledge.reading import Reading
from knowledge.speakers import Attribution, attributions, persons_of, speaker_of
from knowledge.stances import stance_of
from knowledge.text import comparable

ABOUT, LEAD, SECTION, SECTIONS = "about", "lead", "section", "sections"
BYLINE, CAPTION = "byline", "caption"
PERSON, SAID, PROPOSAL, ANECDOTE = "person", "said", "proposal", "anecdote"

_PROPOSES = ("建议", "提议", "呼吁", "倡议")
_WRITERS = ("记者", "通讯员", "编辑", "撰稿", "作者")
_NOT_SUBJECT = (
    "跟",
    "和",
    "与",
    "包括",
    "像",
    "对",
    "向",
    "给",
    "为",
    "让",
    "把",
    "被",
    "以",
    "、",
)
_MOST_ARTICLES = 12  # headlines that one overview quotes
_BARE_POST = 5  # characters: a shorter post (副厅长) fits many people
_SHORT = 24  # characters of a clause that still make a question


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes the entries of one article."""

    page: Page
    article: Article
    issue: Issue

    @property
    def issued(self) -> date | None:
        return self.issue.issued

    def entry(
        self,
        kind: str,
        questions: Iterable[str],
        readings: Iterable[Reading],
        *,
        section: Section | None = None,
        number: int = 0,
        stance: Stance | None = None,
        speaker: Speaker | None = None,
        subject: str = "",
    ) -> Entry:
        """An entry; `subject` tells apart entries of a kind that share a quotation."""
        quotes = tuple(quote_of(self.page.file, self.page.source, reading) for reading in readings)
        text = (
            f"{self.issue.id}\n{comparable(''.join(quote.reading for quote in quotes))}{subject}"
        )
        digest = hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        return Entry(
            id=f"{kind}-{digest}",
            kind=kind,
            questions=tuple(dict.fromkeys(q for q in questions if q))[:6],
            quotes=quotes,
            source=source_of(self.issue, self.article, section, number),
            stance=stance,
            speaker=speaker,
        )


def extract(page: Page, article: Article, issue: Issue) -> tuple[Entry, ...]:
    """The entries of one article, in reading order, each id once."""
    writer = _Writer(page, article, issue)
    known = persons_of(article)
    entries: dict[str, Entry] = {}
    for entry in (
        *_about(writer),
        *_credits(writer),
        *_sections(writer),
        *_body(writer, known),
    ):
        entries.setdefault(entry.id, entry)
    return tuple(entries.values())


def _title(article: Article) -> str:
    """The headline as a question may name it."""
    return article.headline.text.strip() if article.headline is not None else ""


def _about(writer: _Writer) -> Iterator[Entry]:
    article = writer.article
    title = _title(article)
    heads = [head for head in (article.kicker, article.headline) if head is not None]
    if heads:
        kicker = article.kicker.text.strip(" —-―") if article.kicker is not None else ""
        questions = (
            f"《{title}》讲了什么",
            f"《{title}》这篇报道说的是什么",
            f"{kicker}这篇报道的标题是什么" if kicker else f"{title}是什么报道",
        )
        yield writer.entry(ABOUT, questions, heads)
    first = next((s for p in article.paragraphs for s in p.sentences), None)
    if first is not None:
        paragraph = article.paragraphs[0]
        yield writer.entry(
            LEAD,
            (f"{title or '这篇报道'}是怎么回事", f"{title or '这篇报道'}的主要内容是什么"),
            [paragraph.reading.cut(first.start, first.end)],
            section=article.sections[0],
            number=1,
            stance=stance_of(comparable(first.text), writer.issued),
        )
    if writer.issue.articles[:1] == (article,) and len(writer.issue.articles) > 1:
        yield from _issue_about(writer)


def _issue_about(writer: _Writer) -> Iterator[Entry]:
    """What the issue is about: the headlines of the page that opens it."""
    heads = [a.headline for a in writer.page.articles if a.headline is not None][:_MOST_ARTICLES]
    if len(heads) > 1:
        questions = (
            "这期公报有哪些报道",
            "这一期讲了什么",
            "本期有什么内容",
            "最新一期说了哪些事",
        )
        yield writer.entry(ABOUT, questions, heads)


def _credits(writer: _Writer) -> Iterator[Entry]:
    article = writer.article
    title = _title(article)
    if article.byline_reading is not None:
        questions = (
            f"《{title}》是谁写的" if title else "",
            f"{title}的作者是谁" if title else "",
            "这篇报道是谁写的",
            "这篇文章的记者是谁",
            *(f"{name}写了哪篇报道" for name in article.byline[:2]),
        )
        yield writer.entry(BYLINE, questions, [article.byline_reading])
    for caption in article.captions:
        taken = "摄" in caption.text
        shown = caption.text.split("。")[0][:_SHORT]
        questions = (
            "照片是谁拍的" if taken else "",
            f"{title}的图片是谁拍的" if taken and title else "",
            f"{shown}的照片是谁摄的" if taken else f"{shown}的图片说明是什么",
            "图片上是什么",
        )
        yield writer.entry(CAPTION, questions, [caption.reading])


def _sections(writer: _Writer) -> Iterator[Entry]:
    number = 0
    heads: list[Reading] = []
    for section in writer.article.sections:
        first = section.paragraphs[0] if section.paragraphs else None
        if section.subhead is not None and first is not None and first.sentences:
            heads.append(section.subhead)
            subhead = section.subhead.text.strip()
            opening = first.sentences[0]
            yield writer.entry(
                SECTION,
                (f"{subhead}讲了什么", f"{subhead}是怎么做的", f"{subhead}这部分说了什么"),
                [first.reading.cut(opening.start, opening.end)],
                section=section,
                number=number + 1,
                stance=stance_of(comparable(opening.text), writer.issued),
                subject=subhead,
            )
        number += len(section.paragraphs)
    if len(heads) > 1:
        title = _title(writer.article)
        questions = (f"{title}分几个部分", f"{title}有哪几个小标题", "这篇报道有哪几部分")
        yield writer.entry(SECTIONS, questions, heads)


def _body(writer: _Writer, known: tuple[Person, ...]) -> Iterator[Entry]:
    number = 0
    for section in writer.article.sections:
        for paragraph in section.paragraphs:
            number += 1
            found = people(paragraph.text, known)
            said = attributions(paragraph.text, known)
            yield from _people(writer, section, number, paragraph, found)
            yield from _speech(writer, section, number, paragraph, said)
            yield from _deeds(writer, section, number, paragraph, found, said)
            for fact in facts.facts(paragraph, writer.issued):
                start, end = fact.cuts[-1]
                yield writer.entry(
                    fact.kind,
                    fact.questions,
                    [paragraph.reading.cut(*cut) for cut in fact.cuts],
                    section=section,
                    number=number,
                    stance=fact.stance,
                    speaker=speaker_of(said, start, end),
                    subject=fact.subject,
                )


def _people(
    writer: _Writer, section: Section, number: int, paragraph: Paragraph, found: Iterable[Person]
) -> Iterator[Entry]:
    """Who somebody is: where the text gives name and post side by side."""
    for person in found:
        post, start, end = person.post, person.start, person.end
        if post is None:
            continue
        if paragraph.text.startswith(f"是{post}", end):
            end += len(post) + 1
        elif start == person.at:
            continue
        if person.at - start > len(post):
            continue  # a list of names after 是: quoted as a list
        cut = _trimmed(paragraph.text, start, end)
        if post.endswith(_WRITERS):
            if not writer.article.byline:
                yield writer.entry(
                    BYLINE,
                    (
                        f"《{_title(writer.article)}》是谁写的",
                        "这篇报道是谁写的",
                        f"{person.name}是谁",
                    ),
                    [paragraph.reading.cut(*cut)],
                    section=section,
                    number=number,
                )
            continue
        last = post.split("、")[-1]
        last = last if len(last) > _BARE_POST else post
        yield writer.entry(
            PERSON,
            (
                f"{person.name}是谁",
                f"{person.name}是做什么的",
                f"{person.name}是哪个单位的",
                f"{person.name}担任什么职务",
                f"{last}是谁",
                f"{last}叫什么名字",
            ),
            [paragraph.reading.cut(*cut)],
            section=section,
            number=number,
            subject=person.name,
        )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start + 1 and text[end - 1] in "，,、；; ":
        end -= 1
    return start, end


def _speech(
    writer: _Writer,
    section: Section,
    number: int,
    paragraph: Paragraph,
    said: Iterable[Attribution],
) -> Iterator[Entry]:
    """What somebody said or proposed, the words that say so included where they stand beside."""
    for part in said:
        proposes = part.verb.startswith(_PROPOSES)
        start, end = _with_lead(paragraph, part)
        words = paragraph.text[part.start : part.end]
        gist = facts.first_clause(words)
        name = part.person.name
        questions = (
            (
                f"{name}建议什么",
                f"{name}有什么建议",
                f"{name}提了什么建议",
                f"谁建议{gist.removeprefix(part.verb)}",
                f"{part.person.post}{name}的建议是什么" if part.person.post else "",
            )
            if proposes
            else (
                f"{name}说了什么",
                f"{name}是怎么说的",
                f"{name}有什么看法",
                f"谁说{gist}",
                f"{part.person.post}{name}说了什么" if part.person.post else "",
            )
        )
        yield writer.entry(
            PROPOSAL if proposes else SAID,
            questions,
            [paragraph.reading.cut(*_trimmed(paragraph.text, start, end))],
            section=section,
            number=number,
            stance=Stance.PROPOSAL if proposes else stance_of(comparable(words), writer.issued),
            speaker=Speaker(name=name, post=part.person.post, verb=part.verb),
        )


def _with_lead(paragraph: Paragraph, part: Attribution) -> tuple[int, int]:
    """What to quote of a speech: at most two sentences, with 某说 where it stands right beside."""
    end = part.end
    first = bisect_right(paragraph.sentences, part.start, key=lambda sentence: sentence.end)
    second = paragraph.sentences[first + 1 : first + 2]
    if second and second[0].end < part.end:
        end = second[0].end
    if part.lead_end <= part.start <= part.lead_end + 2:
        return part.lead, end
    if part.end == part.lead and end == part.end:
        return part.start, part.lead_end
    return part.start, end


def _deeds(
    writer: _Writer,
    section: Section,
    number: int,
    paragraph: Paragraph,
    found: Iterable[Person],
    said: tuple[Attribution, ...],
) -> Iterator[Entry]:
    """What a person did or met with, in the sentence that names them outside of speech."""
    beginnings = {part.lead for part in said}
    leads = sorted(beginnings)
    told: set[str] = set()
    for person in found:
        if person.start in beginnings or person.name in told:
            continue
        index = bisect_right(said, person.at, key=lambda part: part.start) - 1
        if index >= 0 and person.at < said[index].end:
            continue
        at = bisect_right(paragraph.sentences, person.at, key=lambda sentence: sentence.end)
        if at == len(paragraph.sentences):
            continue
        sentence = paragraph.sentences[at]
        index = bisect_right(leads, person.end)
        end = min(leads[index], sentence.end) if index < len(leads) else sentence.end
        if end - person.end < 6:
            continue
        before = paragraph.text[max(0, person.start - 2) : person.start]
        if (
            before.endswith(_NOT_SUBJECT)
            or paragraph.text[person.end] in "、）)的"
            or (person.post or "").endswith(_WRITERS)
        ):
            continue
        told.add(person.name)
        yield writer.entry(
            ANECDOTE,
            (f"{person.name}做了什么", f"{person.name}怎么了", f"{person.name}的事是怎么回事"),
            [paragraph.reading.cut(*_trimmed(paragraph.text, sentence.start, end))],
            section=section,
            number=number,
            stance=stance_of(comparable(paragraph.text[sentence.start : end]), writer.issued),
            subject=person.name,
        )
