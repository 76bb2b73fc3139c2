"""「本期要闻」: an announcement drafted from the current issue, in the bulletin's own words."""

from __future__ import annotations

import re

from bot.announcements import Link, Part
from bot.pieces import Paragraph, messages, quoted
from bot.render import issue_name
from bot.wording import Wording
from knowledge.model import Overview

_LABEL = 30  # characters of a headline on a button
_MOST = 12  # articles
_ENDED = re.compile("[。！？.!?…][”’」』）)]*$")


def digest(overviews: tuple[Overview, ...], wording: Wording) -> tuple[Part, ...]:
    """Headlines and leads of the articles, and a button under the last part that asks of each;
    empty where there is no issue."""
    if not overviews:
        return ()
    said = wording.announcing
    shown = overviews[:_MOST]
    head = said.digest.format(issue=issue_name(shown[0].source, wording))
    paragraphs = [Paragraph(runs=((head, True),))]
    for overview in shown:
        paragraphs.append(Paragraph(runs=((overview.title, True),)))
        if overview.lead:
            paragraphs.append(quoted(_whole(overview.lead)))
    links = tuple(
        Link(label=said.buttons.ask.format(title=_short(one.title)), target=one.target)
        for one in shown
    )
    pages = messages(tuple(paragraphs))
    return tuple(
        Part(html=page, links=links if number == len(pages) else ())
        for number, page in enumerate(pages, start=1)
    )


def _whole(lead: str) -> str:
    """A lead without the sentence that it breaks off in, or with a sign that it does."""
    if _ENDED.search(lead):
        return lead
    end = max(lead.rfind(sign) for sign in "。！？")
    return lead[: end + 1] if end >= 0 else f"{lead}…"


def _short(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= _LABEL else title[: _LABEL - 1] + "…"
