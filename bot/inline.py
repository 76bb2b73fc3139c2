"""What `@bot 问题` offers in any chat: an answer that stands in the bulletin, with its source."""

from __future__ import annotations

from dataclasses import dataclass

from bot import render
from bot.dialogue import vouched
from bot.wording import Wording
from knowledge.base import KnowledgeBase
from knowledge.model import Status

_TITLE = 60  # characters of what is shown in the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One answer to choose: `id` of at most 64 bytes, what the list shows, what is sent."""

    id: str
    title: str
    description: str
    html: str


def offer(text: str, base: KnowledgeBase, wording: Wording) -> Offer | None:
    """The answer to a question typed behind the bot's name; None when the bulletin has none, or
    when the answer is too long for the one message that can be sent."""
    question = text.strip()
    if not question:
        return None
    answer = vouched(base.ask(question), base)
    cited = render.citation(answer, wording)
    pages = render.html(answer, wording, asked=question, alone=False)
    if answer.status is not Status.ANSWERED or not cited or len(pages) != 1:
        return None
    title = " ".join(answer.text.split())
    return Offer(
        id=(answer.target or "answer")[:64],
        title=title if len(title) <= _TITLE else title[: _TITLE - 1] + "…",
        description=cited,
        html=pages[0],
    )
