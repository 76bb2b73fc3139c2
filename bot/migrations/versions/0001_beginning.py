"""Conversations, the questions log with its replies, and feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up only Integer
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("chat_id", sa.BigInteger, primary_key=True),
        sa.Column("thread_id", sa.BigInteger, primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
    )
    op.create_index("sessions_user", "sessions", ["user_id"])
    op.create_index("sessions_touched", "sessions", ["touched_at"])
    op.create_table(
        "questions",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("resolved", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("target", sa.Text),
        sa.Column("lack", sa.Text),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("issue", sa.Text),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("questions_user", "questions", ["user_id", "asked_at"])
    op.create_index("questions_status", "questions", ["status", "asked_at"])
    op.create_table(
        "replies",
        sa.Column("chat_id", sa.BigInteger, primary_key=True),
        sa.Column("reply_id", sa.BigInteger, primary_key=True),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("asked_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["questions.id"], name="replies_asked_fk", ondelete="CASCADE"
        ),
    )
    op.create_index("replies_message", "replies", ["chat_id", "message_id", "position"])
    op.create_index("replies_asked", "replies", ["asked_id"])
    op.create_table(
        "feedback",
        sa.Column("asked_id", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("verdict", sa.SmallInteger, nullable=False),
        sa.Column("given_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["questions.id"], name="feedback_asked_fk", ondelete="CASCADE"
        ),
    )
    op.create_index("feedback_user", "feedback", ["user_id"])
