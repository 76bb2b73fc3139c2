"""Chats: where the bot stands, and what their administrators have settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("moved_to", sa.BigInteger),
        sa.Column("administrator", sa.Boolean, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("answers", sa.Boolean, nullable=False),
        sa.Column("announcements", sa.Boolean, nullable=False),
        sa.Column("categories", sa.Text),
        sa.Column("topic", sa.BigInteger),
        sa.Column("topic_closed", sa.Boolean, nullable=False),
        sa.Column("quiet_from", sa.Text),
        sa.Column("quiet_until", sa.Text),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("settled_at", _MOMENT),
    )
    op.create_index("chats_active", "chats", ["active", "kind"])
