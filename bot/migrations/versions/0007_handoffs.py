"""Hand-offs to staff: residents by number, matters, what goes both ways, names of staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up only Integer
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _handoff_residents()
    _handoffs()
    _handoff_messages()
    _handoff_staff()
    _handoff_updates()


def _handoff_residents() -> None:
    op.create_table(
        "handoff_residents",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("step", sa.Text),
        sa.Column("pending", sa.Text),
        sa.Column("room_id", sa.BigInteger),
        sa.Column("thread_id", sa.BigInteger),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("barred", sa.Boolean, nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("handoff_residents_user", "handoff_residents", ["user_id"], unique=True)
    op.create_index("handoff_residents_thread", "handoff_residents", ["room_id", "thread_id"])


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("resident", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["resident"],
            ["handoff_residents.number"],
            name="handoffs_resident_fk",
            ondelete="CASCADE",
        ),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
        sa.Column("asked_id", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("staff_id", sa.BigInteger),
        sa.Column("staff_name", sa.Text),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("heard_at", _MOMENT, nullable=False),
        sa.Column("waiting_since", _MOMENT),
        sa.Column("reminded", sa.Integer, nullable=False),
        sa.Column("closed_at", _MOMENT),
        sa.Column("closer", sa.Text),
        sa.Column("rating", sa.SmallInteger),
        sa.Column("card_room", sa.BigInteger),
        sa.Column("card_thread", sa.BigInteger),
        sa.Column("card_message", sa.BigInteger),
        sa.Column("taught", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "handoffs_open",
        "handoffs",
        ["resident"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("handoffs_resident", "handoffs", ["resident", "id"])
    op.create_index("handoffs_state", "handoffs", ["state"])
    op.create_index("handoffs_card", "handoffs", ["card_room", "card_message"])


def _handoff_messages() -> None:
    op.create_table(
        "handoff_messages",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("handoff_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="handoff_messages_handoff_fk", ondelete="CASCADE"
        ),
        sa.Column("resident", sa.BigInteger, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source_chat", sa.BigInteger),
        sa.Column("source_message", sa.BigInteger),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("file", sa.Text),
        sa.Column("once", sa.Text),
        sa.Column("answers", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("leased_until", _MOMENT),
        sa.Column("target_chat", sa.BigInteger),
        sa.Column("target_message", sa.BigInteger),
        sa.Column("reason", sa.Text),
    )
    op.create_index("handoff_messages_once", "handoff_messages", ["once"], unique=True)
    op.create_index(
        "handoff_messages_line", "handoff_messages", ["resident", "side", "state", "id"]
    )
    op.create_index("handoff_messages_due", "handoff_messages", ["state", "due_at", "id"])
    op.create_index(
        "handoff_messages_source", "handoff_messages", ["source_chat", "source_message"]
    )
    op.create_index(
        "handoff_messages_target", "handoff_messages", ["target_chat", "target_message"]
    )
    op.create_index("handoff_messages_handoff", "handoff_messages", ["handoff_id"])


def _handoff_staff() -> None:
    op.create_table(
        "handoff_staff",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
    )


def _handoff_updates() -> None:
    op.create_table(
        "handoff_updates",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("kept_at", _MOMENT, nullable=False),
    )
