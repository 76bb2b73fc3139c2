"""What letters say: made when they are sent, from the case as it then is."""

from __future__ import annotations

from bot import render
from bot.handoff.cases import Case, Closer, Kind, Letter, Resident, Side, State
from bot.pieces import Paragraph, messages, quoted, said
from bot.wording import Wording
from knowledge.model import Answer

SHOWN, _FOUND = 1200, 1400  # characters that a card shows
_LINE = 60


def called(resident: Resident, wording: Wording) -> str:
    """A resident as staff read of them."""
    form = wording.handoff.staff
    if not resident.name:
        return form.unnamed.format(number=resident.number)
    return form.named.format(name=resident.name, number=resident.number)


def topic(resident: Resident, wording: Wording) -> str:
    """The title of a resident's topic."""
    form = wording.handoff.staff
    if not resident.name:
        return form.unnamed.format(number=resident.number)
    return form.topic.format(name=resident.name, number=resident.number)


def html(
    letter: Letter, case: Case, wording: Wording, *, topics: bool, answers: tuple[str, ...] = ()
) -> str:
    """The message that a letter is. `topics` says whether the resident has one, `answers` are the
    words of staff in the matter, for its summary."""
    if letter.side is Side.STAFF:
        paragraphs = _to_staff(letter, case, wording, topics, answers)
    else:
        paragraphs = _to_resident(letter, case, wording)
    return messages(paragraphs)[0]


def caption(letter: Letter, case: Case, wording: Wording) -> str:
    """What is said with a photo or a file: who sends it, and what they wrote."""
    return _signed(heading(letter, case, wording), letter.text)


def heading(letter: Letter, case: Case, wording: Wording) -> str:
    """Who writes."""
    edited = letter.kind is Kind.REWORDED
    if letter.side is Side.STAFF:
        form = wording.handoff.staff.edited if edited else wording.handoff.staff.wrote
        return form.format(who=called(case.resident, wording))
    own = wording.handoff.resident
    return own.answer.format(name=letter.name) + (own.edited if edited else "")


def _signed(head: str, text: str) -> str:
    return messages((_from(head, text),))[0]


def _from(head: str, text: str) -> Paragraph:
    return Paragraph(runs=((head, True), ((f"\n{text}" if text else ""), False)))


def _to_resident(letter: Letter, case: Case, wording: Wording) -> tuple[Paragraph, ...]:
    form = wording.handoff.resident
    match letter.kind:
        case Kind.WORDS | Kind.REWORDED:
            return (_from(heading(letter, case, wording), letter.text),)
        case Kind.SENDER:
            return (said(form.sender.format(name=letter.name)),)
        case Kind.RECEIVED | Kind.PASSED:
            later = (said(form.later.format(when=letter.text)),) if letter.text else ()
            first = letter.kind is Kind.RECEIVED
            return (said(form.received if first else form.passed), *later)
        case Kind.CLOSED:
            closer = Closer(letter.text)
            rate = () if closer is Closer.BAR else (said(form.rate),)
            return (said(form.closed[closer]), *rate)
        case _:
            return (said(form.not_passed),)


def _to_staff(
    letter: Letter, case: Case, wording: Wording, topics: bool, answers: tuple[str, ...]
) -> tuple[Paragraph, ...]:
    form, who = wording.handoff.staff, called(case.resident, wording)
    match letter.kind:
        case Kind.WORDS | Kind.REWORDED:
            return (_from(heading(letter, case, wording), letter.text),)
        case Kind.CARD:
            return card(case, wording, topics=topics)
        case Kind.CLOSED:
            return _summary(letter, case, wording, answers)
        case Kind.RATED:
            rating = wording.handoff.buttons.ratings.get(int(letter.text), "")
            return (said(form.rated.format(who=who, rating=rating)),)
        case Kind.OVERDUE:
            return (said(form.overdue.format(who=who, hours=letter.text)),)
        case Kind.UNDELIVERED:
            return (said(form.undelivered.format(reason=form.kinds[letter.text])),)
        case Kind.MORE:
            return (said(form.more.format(who=who, question=letter.text)),)
        case Kind.REOPENED:
            return (said(form.reopened.format(who=who)),)
        case Kind.RETURNED:
            return (said(form.returned.format(who=who)),)
        case Kind.SURE:
            return (said(form.sure.format(who=who)),)
        case Kind.BARRED:
            return (said(form.barred.format(who=who, name=letter.name)),)
        case Kind.ALLOWED:
            return (said(form.allowed.format(who=who, name=letter.name)),)
        case _:
            return (said(form.taught.format(name=letter.name)),)


def card(case: Case, wording: Wording, *, topics: bool) -> tuple[Paragraph, ...]:
    """What a matter is about, and how it stands."""
    form, handoff = wording.handoff.staff, case.handoff
    if handoff.state is State.CLOSED and handoff.closer is not None:
        stands = form.ended[handoff.closer]
    elif handoff.staff is not None:
        stands = form.taken.format(name=handoff.staff.name)
    else:
        stands = form.free
    found = (
        (said(form.found), quoted(_cut(handoff.found, _FOUND)))
        if handoff.found
        else (said(form.nothing_found),)
    )
    return (
        Paragraph(runs=((form.head.format(who=called(case.resident, wording)), True),)),
        said(form.question.format(question=_cut(handoff.question, SHOWN))),
        *(found if handoff.asked is not None else ()),
        said(stands),
        said(form.in_topic if topics else form.by_reply),
    )


def _summary(
    letter: Letter, case: Case, wording: Wording, answers: tuple[str, ...]
) -> tuple[Paragraph, ...]:
    """A matter that is over, as it could be taught."""
    form = wording.handoff.staff
    who = called(case.resident, wording)
    head = form.closed[Closer(letter.text)].format(who=who, name=letter.name or form.somebody)
    answer = _cut("\n".join(answers), _FOUND)
    return (
        said(head),
        said(form.question.format(question=_cut(case.handoff.question, SHOWN))),
        *((said(form.answers), quoted(answer)) if answer else (said(form.no_answer),)),
    )


def line(case: Case, hours: float, wording: Wording) -> str:
    """A matter in the list of those that are open; `hours` that the resident has waited."""
    form, handoff = wording.handoff.staff, case.handoff
    state = form.taken.format(name=handoff.staff.name) if handoff.staff else form.free
    if handoff.waiting is not None:
        waits = form.waits.format(hours=f"{hours:.0f}") if hours >= 1 else form.new
        state = f"{waits}，{state}"
    return form.open_line.format(
        who=called(case.resident, wording),
        question=_cut(" ".join(handoff.question.split()), _LINE),
        state=state.rstrip("。"),
    )


def found_of(answer: Answer, wording: Wording) -> str:
    """What the bot had found for a question, with its source; empty where it was nothing."""
    if not answer.text:
        return ""
    return f"{answer.text}\n{render.citation(answer, wording)}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
