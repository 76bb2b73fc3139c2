"""What editors taught or put away, and who wants to be told of an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up only Integer
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("entry", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("wordings", sa.Text),
        sa.Column("people", sa.Integer),
        sa.Column("undone_at", _MOMENT),
        sa.Column("undone_by", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("lessons_standing", "lessons", ["undone_at", "id"])
    op.create_table(
        "waiting",
        sa.Column("asked_id", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("told_at", _MOMENT),
        sa.Column("target", sa.Text),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["questions.id"], name="waiting_asked_fk", ondelete="CASCADE"
        ),
    )
    op.create_index("waiting_user", "waiting", ["user_id"])
    op.create_index("waiting_untold", "waiting", ["told_at", "asked_id"])
