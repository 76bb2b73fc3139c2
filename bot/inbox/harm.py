"""What a new question would do to those that editors wrote before."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from knowledge.base import KnowledgeBase
from knowledge.text import comparable

_NEAREST = 60  # of the editors' questions, those most like the new one


def harmed(old: KnowledgeBase, new: KnowledgeBase, questions: tuple[str, ...]) -> tuple[str, ...]:
    """Questions of curated entries that the old knowledge answers with their entry and the new
    one does not. Looked for among those most like the new questions: others share nothing with
    them."""
    owners = {
        text: record.id for record in old.stock.curated_records() for text in record.variants
    }
    near = {
        text: owners[text]
        for question in questions
        for text, _, _ in process.extract(
            comparable(question), list(owners), scorer=fuzz.ratio, limit=_NEAREST
        )
    }
    return tuple(
        text
        for text, owner in near.items()
        if old.ask(text).target == owner and new.ask(text).target != owner
    )
