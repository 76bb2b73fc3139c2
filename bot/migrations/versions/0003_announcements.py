"""Announcements, what was done with them, the outbox, drafts and residents' subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up only Integer
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _announcements()
    _outbox()
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "subscriptions",
        sa.Column("chat_id", sa.BigInteger, primary_key=True),
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("since", _MOMENT, nullable=False),
    )
    op.create_index("subscriptions_name", "subscriptions", ["topic", "name"])


def _announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("rhythm", sa.Text),
        sa.Column("started_at", _MOMENT),
        sa.Column("report_chat", sa.BigInteger),
        sa.Column("report_message", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("announcements_due", "announcements", ["state", "due_at"])
    op.create_table(
        "actions",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("announcement_id", _NUMBER, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("report_chat", sa.BigInteger),
        sa.Column("report_message", sa.BigInteger),
        sa.Column("reported_at", _MOMENT),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="actions_announcement_fk",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("actions_announcement", "actions", ["announcement_id"])
    op.create_index("actions_open", "actions", ["open"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("action_id", _NUMBER, nullable=False),
        sa.Column("announcement_id", sa.BigInteger, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("leased_until", _MOMENT),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name="outbox_action_fk", ondelete="CASCADE"
        ),
    )
    op.create_index("outbox_once", "outbox", ["action_id", "chat_id", "part"], unique=True)
    op.create_index(
        "outbox_sent_once",
        "outbox",
        ["announcement_id", "chat_id", "part"],
        unique=True,
        sqlite_where=sa.text("deed = 'send'"),
        postgresql_where=sa.text("deed = 'send'"),
    )
    op.create_index("outbox_due", "outbox", ["state", "priority", "due_at", "id"])
    op.create_index("outbox_chat", "outbox", ["chat_id", "state"])
