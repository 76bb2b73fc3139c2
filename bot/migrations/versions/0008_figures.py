"""What each question comes down to, to count by, and which editor had the digest of which day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.gist import gist

revision = "0008"
down_revision = "0007"

_PIECE = 1000  # rows


def upgrade() -> None:
    op.add_column("questions", sa.Column("gist", sa.BigInteger))
    _fill()
    op.create_index("questions_asked", "questions", ["asked_at", "id"])
    op.create_index("questions_gist", "questions", ["status", "asked_at", "gist"])
    op.drop_index("questions_status", "questions")  # the one before does its work as well
    op.create_table(
        "digests",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
    )


def _fill() -> None:
    """What was asked before is counted as well."""
    connection = op.get_bind()
    questions = sa.table(
        "questions", sa.column("id"), sa.column("resolved"), sa.column("gist", sa.BigInteger)
    )
    query = sa.select(questions.c.id, questions.c.resolved).order_by(questions.c.id).limit(_PIECE)
    change = (
        sa.update(questions)
        .where(questions.c.id == sa.bindparam("number"))
        .values(gist=sa.bindparam("comes_to"))
    )
    last = 0
    while rows := connection.execute(query.where(questions.c.id > last)).all():
        values = [{"number": row.id, "comes_to": gist(row.resolved)} for row in rows]
        connection.execute(change, values)
        last = rows[-1].id
