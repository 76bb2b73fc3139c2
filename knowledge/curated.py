"""qa/*.yaml and checks.yaml: curated entries with their quotations resolved, and regression
questions, every mistake with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.errors import ContentError, Problem
from knowledge.locating import Locating
from knowledge.model import Entry, Quote, Source, Speaker, Staff, Status
from knowledge.schema import CheckForm, EntryForm, closest, fit, missing
from knowledge.text import bare, comparable
from knowledge.yaml_source import Document, read_yaml

_SHORTEST = 4  # comparable characters: less would be found by accident
_EXCERPT = 60
_STAFF = "staff"
_ALONE = ("quote", "quotes", "article", "speaker", "stance", "by", "text", "name", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A regression question: the status expected of its answer, and what the answer must hold."""

    question: str
    status: Status
    contains: tuple[str, ...]
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class _Written:
    """An entry as it stands in its file."""

    document: Document
    index: int
    form: EntryForm
    locator: Locating


@dataclass(slots=True)
class Curation:
    """Collects the entries and checks of one body of content, and what is wrong with them.

    `complete` is False when a page could not be read: a quotation that is found nowhere may stand
    in that page, and is not reported. `lapsed` are taught entries, or questions of theirs, that
    are left out because the content has changed.
    """

    complete: bool = True
    entries: list[Entry] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lapsed: list[Problem] = field(default_factory=list)
    _later: list[_Written] = field(default_factory=list)  # taught, or the same as another
    _ids: dict[str, str] = field(default_factory=dict)  # to the place where each stands
    _questions: dict[str, str] = field(default_factory=dict)
    _checked: dict[str, str] = field(default_factory=dict)

    def read_entries(self, file: Path, locator: Locating) -> None:
        """Takes in one file of entries; `locator` knows the pages that they may quote."""
        document = self._read(file, "- id: …")
        if document is None:
            return
        for index in range(len(document.data or ())):
            form, problems = fit(EntryForm, document, index)
            self.problems += problems
            written = _Written(document, index, form, locator)
            if form.taught is not None or form.same_as is not None:
                self._later.append(written)
            else:
                self._take_entry(written)

    def finish(self) -> None:
        """Takes in, after editors' own entries, what was taught, and last of all the questions
        that are the same as others."""
        for written in sorted(self._later, key=lambda one: one.form.same_as is not None):
            self._take_entry(written)
        self._later.clear()

    def read_checks(self, file: Path) -> None:
        """Takes in one file of regression questions."""
        document = self._read(file, "- question: …")
        if document is None:
            return
        for index in range(len(document.data or ())):
            form, problems = fit(CheckForm, document, index)
            self.problems += problems
            self.problems += missing(document, ("question", "status"), (index,), "这条检查")
            if form.question is None:
                continue
            path = (index, "question")
            self._once(self._checked, document, path, form.question, "这个问题")
            if form.status is not None:
                self.checks.append(
                    Check(
                        question=form.question,
                        status=form.status,
                        contains=form.contains,
                        file=file,
                        line=document.line(*path),
                    )
                )

    def _read(self, file: Path, beginning: str) -> Document | None:
        try:
            document = read_yaml(file)
        except ContentError as error:
            self.problems += error.problems
            return None
        if isinstance(document.data, list):
            return document
        self.problems.append(document.problem(f"这个文件要写成列表,每条以“{beginning}”开头"))
        return None

    def _take_entry(self, written: _Written) -> None:
        """Takes an entry in. What keeps a taught one from being used is no mistake of anybody's:
        it is left out, whole or a question of it, and that is noted."""
        document, index, form = written.document, written.index, written.form
        self.problems += missing(document, ("id", "questions"), (index,), "这一条")
        self.problems += _misfits(document, index, form)
        if form.id is not None:
            self._once(self._ids, document, (index, "id"), form.id, "这个 id")
        before = len(self.problems)
        asked = tuple(
            question
            for number, question in enumerate(form.questions or ())
            if self._once(
                self._questions, document, (index, "questions", number), question, "这个问题"
            )
        )
        fresh = form.model_copy(update={"questions": asked})
        if form.same_as is not None:
            self._join(document, index, fresh)
        else:
            self._add(document, index, fresh, written.locator)
        if form.taught is not None:
            name = _short((form.questions or ("",))[0])
            for problem in self.problems[before:]:
                message = f"教过的“{name}”没有用上:{problem.message}"
                self.lapsed.append(replace(problem, message=message, fatal=False))
            del self.problems[before:]

    def _add(self, document: Document, index: int, form: EntryForm, locator: Locating) -> None:
        entry = (
            self._staff_entry(document, index, form)
            if form.by is not None
            else self._quoted_entry(document, index, form, locator)
        )
        if entry is not None:
            self.entries.append(replace(entry, taught=form.taught is not None))

    def _join(self, document: Document, index: int, form: EntryForm) -> None:
        """Gives the questions to the entry that answers them already."""
        for at, entry in enumerate(self.entries):
            if entry.id == form.same_as:
                questions = (*entry.questions, *(form.questions or ()))
                self.entries[at] = replace(entry, questions=questions)
                return
        if self.complete:
            hint = closest(str(form.same_as), list(self._ids)) or ",请核对 id"
            message = f"没有 id 是“{form.same_as}”的问答{hint}"
            self.problems.append(document.problem(message, index, "same_as"))

    def _staff_entry(self, document: Document, index: int, form: EntryForm) -> Entry | None:
        self.problems += missing(document, ("text", "name", "date"), (index,), "工作人员的回答")
        if not (form.id and form.questions and form.text and form.name and form.date):
            return None
        return Entry(
            id=form.id,
            kind=_STAFF,
            questions=form.questions,
            quotes=(),
            source=None,
            stance=form.stance,
            staff=Staff(name=form.name, given=form.date),
            text=form.text,
        )

    def _quoted_entry(
        self, document: Document, index: int, form: EntryForm, locator: Locating
    ) -> Entry | None:
        speaker = None
        if form.speaker is not None:
            self.problems += missing(document, ("name",), (index, "speaker"), "说话的人")
            speaker = Speaker(
                name=form.speaker.name or "", post=form.speaker.post, verb=form.speaker.verb
            )
        resolved = self._resolve(document, index, form, locator)
        if resolved is None or not (form.id and form.questions):
            return None
        quotes, source = resolved
        return Entry(
            id=form.id,
            kind="curated",
            questions=form.questions,
            quotes=quotes,
            source=source,
            stance=form.stance,
            speaker=speaker,
        )

    def _resolve(
        self, document: Document, index: int, form: EntryForm, locator: Locating
    ) -> tuple[tuple[Quote, ...], Source] | None:
        """The quotations and the place of the first that stands in the body."""
        quotations = form.quote or form.quotes
        if not quotations:
            return None
        path: tuple[int | str, ...] = (index, "quote" if form.quote else "quotes")
        if any(len(comparable(quotation)) < _SHORTEST for quotation in quotations):
            self.problems.append(document.problem("引文太短,请抄完整的句子", *path))
            return None
        article = self._article(document, index, form, locator)
        places = locator.together(quotations, article)
        if places is not None:
            source = next((p.source for p in places if p.source.paragraph), places[0].source)
            return tuple(place.quote for place in places), source
        if self.complete:
            self.problems += _unfound(document, path, quotations, article, locator)
        return None

    def _article(
        self, document: Document, index: int, form: EntryForm, locator: Locating
    ) -> str | None:
        """The title that the entry names; None, and a problem, when there is no such article."""
        if form.article is None or not self.complete:
            return form.article
        titles = locator.titles()
        if any(comparable(form.article) in comparable(title) for title in titles):
            return form.article
        hint = closest(form.article, titles) or ",请写页面上的标题"
        message = f"没有标题含“{_short(form.article)}”的文章{hint}"
        self.problems.append(document.problem(message, index, "article"))
        return None

    def _once(
        self,
        known: dict[str, str],
        document: Document,
        path: tuple[int | str, ...],
        text: str,
        what: str,
    ) -> bool:
        """Notes where a text stands; False, and a problem, when it stands somewhere else
        already."""
        key = text if known is self._ids else bare(comparable(text)) or text
        if key in known:
            message = f"{what}在 {known[key]} 已经有了,请改写或删去一个"
            self.problems.append(document.problem(message, *path))
            return False
        known[key] = f"{document.file.name}:{document.line(*path)}"
        return True


def _misfits(document: Document, index: int, form: EntryForm) -> list[Problem]:
    """Keys of an entry that do not go together."""
    data = document.data[index] if isinstance(document.data, list) else None
    written = {key for key in data if data[key] is not None} if isinstance(data, dict) else set()
    if not written:
        return []
    if "same_as" in written:
        return [
            document.problem(f"写了 same_as 就不再写“{key}”,请删去一个", index, key)
            for key in _ALONE
            if key in written
        ]
    if "by" not in written:
        alone = [key for key in ("text", "name", "date") if key in written]
        found = [document.problem(f"“{k}”只和 by: staff 一起用", index, k) for k in alone]
        if {"quote", "quotes"} <= written:
            found.append(document.problem("quote 和 quotes 只写一个", index, "quotes"))
        elif not {"quote", "quotes"} & written and not alone:
            found.append(document.problem("这一条没有引文,请写 quote(照抄原文)", index))
        return found
    found = []
    if form.by is not None and form.by != _STAFF:
        found.append(document.problem("“by”只能是 staff", index, "by"))
    for key in ("quote", "quotes", "article", "speaker"):
        if key in written:
            found.append(document.problem(f"工作人员的回答不带“{key}”,请删去", index, key))
    return found


def _unfound(
    document: Document,
    path: tuple[int | str, ...],
    quotations: Sequence[str],
    article: str | None,
    locator: Locating,
) -> list[Problem]:
    """Says of each quotation that stands nowhere what it may have been meant to be."""
    problems = []
    for number, quotation in enumerate(quotations):
        if next(locator.places(quotation, article), None) is None:
            elsewhere = next(locator.places(quotation), None)
            near = None if elsewhere else locator.nearest(quotation)
            if elsewhere is not None:
                hint = f"这篇文章里没有这段引文;它在《{elsewhere.source.article}》里"
            elif near is not None:
                hint = f"原文里没有这段引文;最接近的是“{_short(near)}”,请照原文抄"
            else:
                hint = f"原文里没有这段引文“{_short(quotation)}”,请照原文抄"
            problems.append(document.problem(hint, *path, number))
    return problems


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
