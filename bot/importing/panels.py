"""What an editor sees of a draft at each step, with the buttons to answer by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.buttons import Button, Keyboard
from bot.importing.buttons import Op, press
from bot.importing.drafts import SHOWN, Draft, Mode, Sheet, Step
from bot.importing.seen import Complaint
from bot.wording import Wording

_LABEL = 30
_LISTED = 40  # headlines in a message
_FAILING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Paragraphs, and the buttons below them."""

    paragraphs: tuple[str, ...]
    keyboard: Keyboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the content says about a draft: days it may be of, and the issue of its day."""

    days: tuple[date, ...] = ()
    title: str = ""
    articles: int = 0


def refusal(complaint: Complaint, name: str, wording: Wording, largest: int) -> str:
    """Why a file is not taken, in one sentence or two."""
    said = wording.importing
    detail = said.forms.get(complaint.detail, complaint.detail)
    reason = said.faults[complaint.fault].format(detail=detail, largest=largest)
    line = said.line.format(line=complaint.line) if complaint.line else ""
    return said.refused.format(name=_short(_visible(name)), reason=line + reason)


def sheet(one: Sheet, wording: Wording) -> tuple[str, ...]:
    """What was read of a file: its articles, and every place to look at again."""
    said, seen = wording.importing, one.seen
    head = said.read[one.sort].format(name=_short(_visible(one.name)), count=len(seen.articles))
    lines = []
    for number, article in enumerate(seen.articles[:_LISTED], start=1):
        form = said.article if article.named else said.nameless
        byline = said.byline.format(names="、".join(article.byline)) if article.byline else ""
        lines.append(
            form.format(
                number=number,
                headline=article.headline,
                byline=byline,
                paragraphs=article.paragraphs,
            )
        )
    if len(seen.articles) > _LISTED:
        lines.append(said.more_articles.format(count=len(seen.articles) - _LISTED))
    doubts = [
        said.join.format(line=join.line, before=join.before, after=join.after)
        for join in seen.joins
    ]
    doubts += [said.remark.format(line=line, remark=remark) for line, remark in seen.remarks]
    if seen.blank:
        doubts.append(said.blank.format(pages="、".join(map(str, seen.blank))))
    if seen.more:
        doubts.append(said.more_doubts.format(count=seen.more))
    looked = "\n".join((said.doubts, *doubts)) if doubts else said.no_doubts
    return (head, "\n".join(lines), looked)


def panel(draft: Draft, wording: Wording, known: Known) -> Panel:
    """The question of the step that a draft is at."""
    match draft.step:
        case Step.COLLECT:
            return _collect(draft, wording)
        case Step.DAY:
            return _day(draft, wording, known)
        case Step.EXISTING:
            return _existing(draft, wording, known)
        case Step.HEADLINES:
            return _headlines(draft, wording)
        case Step.HEADLINE | Step.TITLE | Step.BULLETIN:
            return _typing(draft, wording)
        case Step.FAILING:
            return _failing(draft, wording)
        case _:
            return _review(draft, wording)


def _collect(draft: Draft, wording: Wording) -> Panel:
    said = wording.importing
    if not draft.sheets:
        return Panel(paragraphs=(said.collect,), keyboard=(_drop(draft, wording),))
    taken = said.taken.format(sheets=len(draft.sheets), articles=len(draft.articles))
    return Panel(
        paragraphs=(taken,),
        keyboard=(
            (press(said.buttons.next, Op.NEXT, draft.serial),),
            (press(said.buttons.less, Op.LESS, draft.serial), *_drop(draft, wording)),
        ),
    )


def _day(draft: Draft, wording: Wording, known: Known) -> Panel:
    said = wording.importing
    days = tuple(
        (press(wording.date(day), Op.DAY, draft.serial, day.isoformat()),) for day in known.days
    )
    return Panel(
        paragraphs=(said.day_or if days else said.day,),
        keyboard=(*days, (_back(draft, wording, Step.COLLECT), *_drop(draft, wording))),
    )


def _existing(draft: Draft, wording: Wording, known: Known) -> Panel:
    said, serial = wording.importing, draft.serial
    there = said.existing.format(
        day=wording.date(draft.day), title=known.title, count=known.articles
    )
    return Panel(
        paragraphs=(there,),
        keyboard=(
            (press(said.buttons.add, Op.ADD, serial),),
            (press(said.buttons.replace, Op.REPLACE, serial),),
            (_back(draft, wording, Step.DAY), *_drop(draft, wording)),
        ),
    )


def _review(draft: Draft, wording: Wording) -> Panel:
    said, serial = wording.importing, draft.serial
    facts = [said.is_day.format(day=wording.date(draft.day))]
    if draft.mode is not Mode.ADD:
        facts.append(said.is_bulletin.format(name=draft.bulletin))
        facts.append(said.is_title.format(name=draft.title))
    facts.append(said.modes[draft.mode])
    lines = [
        said.numbered.format(number=number, headline=article.headline)
        for number, (_, _, article) in enumerate(draft.articles[:_LISTED], start=1)
    ]
    if len(draft.articles) > _LISTED:
        lines.append(said.more_articles.format(count=len(draft.articles) - _LISTED))
    doubts = said.count_doubts.format(count=draft.doubts) if draft.doubts else ""
    names: tuple[Button, ...] = (
        press(said.buttons.title, Op.RENAME, serial, Step.TITLE),
        press(said.buttons.bulletin, Op.RENAME, serial, Step.BULLETIN),
    )
    return Panel(
        paragraphs=("\n".join(facts), "\n".join(lines), doubts, said.sure),
        keyboard=(
            (press(said.buttons.put, Op.PUT, serial),),
            (
                press(said.buttons.headline, Op.HEADLINE, serial),
                press(said.buttons.day, Op.BACK, serial, Step.DAY),
            ),
            *((names,) if draft.mode is not Mode.ADD else ()),
            (press(said.buttons.more, Op.BACK, serial, Step.COLLECT), *_drop(draft, wording)),
        ),
    )


def _headlines(draft: Draft, wording: Wording) -> Panel:
    said, serial = wording.importing, draft.serial
    first = draft.page * SHOWN
    keys = tuple(
        (press(_short(article.headline), Op.HEADLINE, serial, f"{sheet}-{number}"),)
        for sheet, number, article in draft.articles[first : first + SHOWN]
    )
    turns = []
    if draft.page:
        turns.append(press(said.buttons.earlier, Op.PAGE, serial, str(draft.page - 1)))
    if first + SHOWN < len(draft.articles):
        turns.append(press(said.buttons.later, Op.PAGE, serial, str(draft.page + 1)))
    return Panel(
        paragraphs=(said.which,),
        keyboard=(
            *keys,
            *((tuple(turns),) if turns else ()),
            (_back(draft, wording, Step.REVIEW), *_drop(draft, wording)),
        ),
    )


def _typing(draft: Draft, wording: Wording) -> Panel:
    said = wording.importing
    if draft.step is Step.HEADLINE:
        assert draft.correcting is not None
        sheet, number = draft.correcting
        article = draft.sheets[sheet].seen.articles[number]
        question = said.headline.format(headline=article.headline)
    elif draft.step is Step.TITLE:
        question = said.title.format(name=draft.title)
    else:
        question = said.bulletin.format(name=draft.bulletin)
    return Panel(
        paragraphs=(question,),
        keyboard=((_back(draft, wording, Step.REVIEW), *_drop(draft, wording)),),
    )


def _failing(draft: Draft, wording: Wording) -> Panel:
    said = wording.importing
    shown = [said.failed_check.format(check=check) for check in draft.failing[:_FAILING]]
    if len(draft.failing) > _FAILING:
        shown.append(said.more_checks.format(count=len(draft.failing) - _FAILING))
    return Panel(
        paragraphs=(said.failing, "\n".join(shown), said.anyway),
        keyboard=(
            (press(said.buttons.anyway, Op.ANYWAY, draft.serial),),
            (_back(draft, wording, Step.REVIEW), *_drop(draft, wording)),
        ),
    )


def _back(draft: Draft, wording: Wording, step: Step) -> Button:
    return press(wording.importing.buttons.back, Op.BACK, draft.serial, step)


def _drop(draft: Draft, wording: Wording) -> tuple[Button, ...]:
    return (press(wording.importing.buttons.drop, Op.DROP, draft.serial),)


def _visible(name: str) -> str:
    """A name as it may be shown: without what hides or reverses."""
    return "".join(char if char.isprintable() else "?" for char in name)


def _short(title: str) -> str:
    title = " ".join(title.split()) or "?"
    return title if len(title) <= _LABEL else title[: _LABEL - 1] + "…"
