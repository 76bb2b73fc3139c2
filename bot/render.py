"""An `Answer` as people read it: plain text for the terminal, HTML and buttons for Telegram.

Nothing here knows of the Telegram library, so the terminal starts without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.buttons import Action, Button, Keyboard, button
from bot.inbox.buttons import Op, press
from bot.pieces import Paragraph, messages, quoted, said
from bot.wording import Wording as Wording
from knowledge.model import (
    Answer,
    Chat,
    Example,
    Lack,
    Option,
    Overview,
    Passage,
    Source,
    Stance,
    Status,
)

_NAMED = 3  # words that a sentence names at most
_LABEL = 40  # characters that a button shows at most
_WORD = 20  # characters of a word that is named
_TITLES = str.maketrans("《》", "〈〉")
_QUOTES = str.maketrans("“”", "‘’")
INVITING = frozenset({Chat.GREETING, Chat.HELP, Chat.IDENTITY})  # shown with examples


def plain(answer: Answer, wording: Wording) -> str:
    """What the reader gets as the answer, without the citation line."""
    if answer.status is Status.ANSWERED:
        return answer.text
    sentence = remark(answer, wording)
    if not answer.text:
        return sentence
    return f"{sentence}{wording.nearest}\n{answer.text}"


def remark(answer: Answer, wording: Wording) -> str:
    """The sentence said instead of, or before, a passage; empty for what is answered."""
    if answer.status is Status.ANSWERED:
        return ""
    if answer.status is Status.CHAT:
        return wording.chat[answer.chat or Chat.HELP]
    silence = wording.silence[answer.lack or Lack.NOTHING]
    words = tuple(word.strip()[:_WORD] for word in answer.missing if word.strip())[:_NAMED]
    if silence.named is None or not words:
        return silence.plain
    return silence.named.format(missing="、".join(f"“{word}”" for word in words))


def citation(answer: Answer, wording: Wording) -> str:
    """Where the answer stands, on one line; empty when it quotes nothing."""
    if answer.source is not None:
        return source_line(answer.source, wording)
    if answer.staff is not None:
        given = wording.date(answer.staff.given)
        return wording.citation.staff.format(name=answer.staff.name, date=given)
    return ""


def source_line(source: Source, wording: Wording) -> str:
    """Article, section, paragraph, date, bulletin and byline on one line."""
    form = wording.citation
    parts = [form.article.format(article=source.article.translate(_TITLES))]
    if source.section:
        parts.append(form.section.format(section=source.section.translate(_QUOTES)))
    if source.paragraph:
        parts.append(form.paragraph.format(paragraph=source.paragraph))
    parts.append(wording.date(source.issued))
    if source.bulletin:
        parts.append(source.bulletin)
    if source.byline:
        parts.append(form.byline.format(names="、".join(source.byline)))
    return form.lead + "，".join(parts)


def stance_note(answer: Answer, wording: Wording) -> str:
    """What kind of truth it is, where a reader could take it for a fact that it is not."""
    if answer.stance is Stance.PLAN:
        return wording.stance.plan
    if answer.stance is Stance.PROPOSAL:
        post = answer.speaker.post if answer.speaker is not None else None
        return wording.stance.delegate if "代表" in (post or "") else wording.stance.proposal
    return ""


def choices(options: tuple[Option, ...]) -> tuple[str, ...]:
    """The options as numbered lines; a reader may answer with the number."""
    return tuple(f"{number}. {option.label}" for number, option in enumerate(options, start=1))


def html(
    answer: Answer, wording: Wording, *, asked: str = "", alone: bool = True
) -> tuple[str, ...]:
    """The messages that carry an answer, in Telegram's HTML, each within its length limit.

    `asked` is repeated above the answer where the reader did not type the question. `alone` is a
    private chat, where the reader can go on by a button, a number or any command.
    """
    return messages(tuple(_paragraphs(answer, wording, asked, alone)))


def told(answer: Answer, wording: Wording, sentence: str) -> tuple[str, ...]:
    """The messages that bring an answer to who waited for it, after a sentence that says so."""
    return messages((said(sentence), *_paragraphs(answer, wording, "", alone=True)))


def _paragraphs(answer: Answer, wording: Wording, asked: str, alone: bool) -> Iterator[Paragraph]:
    if asked:
        yield said(wording.asked.format(question=asked))
    if sentence := remark(answer, wording):
        yield said(sentence)
    if answer.text:
        if answer.status is not Status.ANSWERED:
            yield said(wording.nearest)
        lead, words = _speech(answer)
        if lead:
            yield said(lead)
        yield quoted(words) if answer.quotes else said(words)
        if note := stance_note(answer, wording):
            yield said(note)
        yield said(citation(answer, wording))
    if answer.options:
        yield said("\n".join((wording.options, *choices(answer.options), wording.choose)))
    if alone and answer.status is Status.UNKNOWN and answer.lack is Lack.NOTHING:
        yield said(wording.again)


def _speech(answer: Answer) -> tuple[str, str]:
    """The answer's text as (who says it, the words of the page)."""
    words = "".join(quote.reading for quote in answer.quotes).strip()
    for end in (words, words[1:], words[:-1]):
        if end and answer.text.endswith(end):
            return answer.text[: -len(end)].rstrip(), end
    return "", answer.text


def passage_html(passage: Passage, wording: Wording) -> tuple[str, ...]:
    """The paragraph around a quotation, the quotation in bold."""
    around = Paragraph(
        runs=((passage.before, False), (passage.quote, True), (passage.after, False)), quote=True
    )
    cited = said(source_line(passage.source, wording))
    return messages((said(wording.passage), around, cited))


def issue_name(source: Source, wording: Wording) -> str:
    """An issue as people call it: the bulletin and the day."""
    return f"{source.bulletin} {wording.date(source.issued)}".strip()


def issue_html(overviews: tuple[Overview, ...], wording: Wording) -> tuple[str, ...]:
    """The articles of an issue by their titles, which buttons may cut short."""
    if not overviews:
        return notice(wording.issue.empty)
    titles = "\n".join(f"{number}. {one.title}" for number, one in enumerate(overviews, start=1))
    name = Paragraph(runs=((issue_name(overviews[0].source, wording), True),))
    return messages((name, said(wording.issue.heading), said(titles)))


def article_html(overview: Overview, wording: Wording) -> tuple[str, ...]:
    """An article at a glance: its titles, its first sentence, where it stands."""
    paragraphs = [Paragraph(runs=((overview.title, True),))]
    if overview.kicker:
        paragraphs.insert(0, said(overview.kicker))
    if overview.lead:
        paragraphs.append(quoted(overview.lead))
    paragraphs.append(said(source_line(overview.source, wording)))
    if overview.sections:
        paragraphs.append(said(wording.issue.sections))
    return messages(tuple(paragraphs))


def notice(*sentences: str) -> tuple[str, ...]:
    """Our own sentences, one a paragraph, as messages; empty ones are left out."""
    return messages(tuple(said(sentence) for sentence in sentences if sentence))


def keyboard(
    answer: Answer, version: str, wording: Wording, examples: tuple[Example, ...] = ()
) -> Keyboard:
    """The buttons under an answer: what it may have meant, its original, whether it helped."""
    rows: list[tuple[Button, ...]] = list(option_buttons(answer, version))
    if answer.chat in INVITING:
        rows.extend(example_buttons(examples, version))
    if answer.text and answer.source is not None and answer.target is not None:
        rows.append((button(wording.buttons.passage, Action.PASSAGE, answer.target, version),))
    if is_miss(answer) and answer.lack is not Lack.WHICH:
        rows.append((press(wording.buttons.tell, Op.TELL, 0),))
    if answer.text or answer.lack in (Lack.NOTHING, Lack.NAME, Lack.OTHER_YEAR, Lack.FACT):
        rows.append(
            (
                button(wording.buttons.good, Action.GOOD),
                button(wording.buttons.bad, Action.BAD),
            )
        )
    return tuple(rows)


def option_buttons(answer: Answer, version: str, *, owner: int | None = None) -> Keyboard:
    """What an answer may have meant, one a row; in a group (`owner` given) for one person, and
    none where it is not known whom a press would come from."""
    if owner == 0:
        return ()
    return tuple(
        (button(_short(line), Action.OPEN, option.target, version, owner=owner or 0),)
        for option, line in zip(answer.options, choices(answer.options), strict=True)
    )


def is_miss(answer: Answer) -> bool:
    """Whether a question found no answer: in a group that is said in one line. A message that is
    no question is none."""
    missed = answer.status in (Status.RELATED, Status.UNKNOWN)
    return missed and answer.lack not in (Lack.EMPTY, Lack.TOO_LONG)


def private_button(url: str, wording: Wording) -> Keyboard:
    """The way from a group to a private chat."""
    return ((Button(label=wording.groups.private, url=url),),)


def example_buttons(examples: tuple[Example, ...], version: str) -> Keyboard:
    """Questions worth asking, one a row."""
    return tuple(
        (button(_short(example.question), Action.OPEN, example.target, version),)
        for example in examples
    )


def article_buttons(overviews: tuple[Overview, ...], version: str) -> Keyboard:
    """The articles of an issue, one a row."""
    return tuple(
        (button(_short(overview.title), Action.ARTICLE, overview.target, version),)
        for overview in overviews
    )


def section_buttons(overview: Overview, version: str) -> Keyboard:
    """The sections of an article, one a row."""
    return tuple(
        (button(_short(option.label), Action.OPEN, option.target, version),)
        for option in overview.sections
    )


def erase_buttons(wording: Wording) -> Keyboard:
    """Whether everything stored shall really be erased."""
    return (
        (
            button(wording.buttons.erase, Action.ERASE),
            button(wording.buttons.keep, Action.KEEP),
        ),
    )


def start_buttons(examples: tuple[Example, ...], version: str, wording: Wording) -> Keyboard:
    """Examples, and the way to the articles."""
    way: tuple[Button, ...] = (button(wording.buttons.articles, Action.ISSUE),)
    return (*example_buttons(examples, version), way)


def _short(label: str) -> str:
    label = " ".join(label.split())
    return label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
