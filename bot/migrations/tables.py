"""The tables as the newest step leaves them, and the column types they share."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

_SURROGATE = re.compile("[\ud800-\udfff]")


class Words(sa.types.TypeDecorator[str]):
    """Text that any database takes."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _SURROGATE.sub("\ufffd", value.replace("\0", ""))


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware time, stored in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
SESSIONS = sa.Table(
    "sessions",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True),
    sa.Column("thread_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("touched_at", Moment, nullable=False),
    sa.Index("sessions_user", "user_id"),
    sa.Index("sessions_touched", "touched_at"),
)
QUESTIONS = sa.Table(
    "questions",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("question", Words, nullable=False),
    sa.Column("resolved", Words, nullable=False),
    sa.Column("status", Words, nullable=False),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("target", Words),
    sa.Column("lack", Words),
    sa.Column("version", Words, nullable=False),
    sa.Column("issue", Words),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("gist", sa.BigInteger),
    sa.Index("questions_user", "user_id", "asked_at"),
    sa.Index("questions_asked", "asked_at", "id"),
    sa.Index("questions_gist", "status", "asked_at", "gist"),
    sqlite_autoincrement=True,  # the id of an erased question is never given to another
)
REPLIES = sa.Table(
    "replies",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True),
    sa.Column("reply_id", sa.BigInteger, primary_key=True),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column(
        "asked_id",
        sa.ForeignKey("questions.id", name="replies_asked_fk", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Index("replies_message", "chat_id", "message_id", "position"),
    sa.Index("replies_asked", "asked_id"),
)
FEEDBACK = sa.Table(
    "feedback",
    metadata,
    sa.Column(
        "asked_id",
        sa.ForeignKey("questions.id", name="feedback_asked_fk", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("verdict", sa.SmallInteger, nullable=False),
    sa.Column("given_at", Moment, nullable=False),
    sa.Index("feedback_user", "user_id"),
)
CHATS = sa.Table(
    "chats",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("reason", Words),
    sa.Column("moved_to", sa.BigInteger),
    sa.Column("administrator", sa.Boolean, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("answers", sa.Boolean, nullable=False),
    sa.Column("announcements", sa.Boolean, nullable=False),
    sa.Column("categories", Words),  # a JSON list of names; null is all
    sa.Column("topic", sa.BigInteger),  # a thread; null is the general one
    sa.Column("topic_closed", sa.Boolean, nullable=False),
    sa.Column("quiet_from", Words),  # HH:MM
    sa.Column("quiet_until", Words),
    sa.Column("silent", sa.Boolean, nullable=False),
    sa.Column("settled_at", Moment),
    sa.Index("chats_active", "active", "kind"),
)
ANNOUNCEMENTS = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("author_id", sa.BigInteger, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("plan", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("rhythm", Words),
    sa.Column("started_at", Moment),
    sa.Column("report_chat", sa.BigInteger),
    sa.Column("report_message", sa.BigInteger),
    sa.Index("announcements_due", "state", "due_at"),
    sqlite_autoincrement=True,  # a button always speaks of the announcement it was made for
)
ACTIONS = sa.Table(  # who did what when, and the progress of what makes work for every chat
    "actions",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column(
        "announcement_id",
        sa.ForeignKey("announcements.id", name="actions_announcement_fk", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("deed", Words, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("content", Words),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("report_chat", sa.BigInteger),
    sa.Column("report_message", sa.BigInteger),
    sa.Column("reported_at", Moment),
    sa.Index("actions_announcement", "announcement_id"),
    sa.Index("actions_open", "open"),
    sqlite_autoincrement=True,
)
OUTBOX = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column(
        "action_id",
        sa.ForeignKey("actions.id", name="outbox_action_fk", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("announcement_id", sa.BigInteger, nullable=False),
    sa.Column("deed", Words, nullable=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("doubts", sa.Integer, nullable=False),
    sa.Column("worker", Words),
    sa.Column("leased_until", Moment),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("reason", Words),
    sa.Index("outbox_once", "action_id", "chat_id", "part", unique=True),
    sa.Index(  # one row for each announcement, chat and part, whatever else goes wrong
        "outbox_sent_once",
        "announcement_id",
        "chat_id",
        "part",
        unique=True,
        sqlite_where=sa.text("deed = 'send'"),
        postgresql_where=sa.text("deed = 'send'"),
    ),
    sa.Index("outbox_due", "state", "priority", "due_at", "id"),
    sa.Index("outbox_chat", "chat_id", "state"),
)
WORKERS = sa.Table(
    "workers",
    metadata,
    sa.Column("name", Words, primary_key=True),
    sa.Column("seen_at", Moment, nullable=False),
)
DRAFTS = sa.Table(
    "drafts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("touched_at", Moment, nullable=False),
)
SUBSCRIPTIONS = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True),
    sa.Column("topic", Words, primary_key=True),  # category or street
    sa.Column("name", Words, primary_key=True),
    sa.Column("since", Moment, nullable=False),
    sa.Index("subscriptions_name", "topic", "name"),
)
GRANTS = sa.Table(
    "grants",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("granted_by", sa.BigInteger, nullable=False),
    sa.Column("granted_at", Moment, nullable=False),
)
AUDIT = sa.Table(  # who did what as an administrator
    "audit",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("deed", Words, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("detail", Words, nullable=False),
    sa.Index("audit_made", "made_at"),
    sqlite_autoincrement=True,
)
VERSIONS = sa.Table(  # of the content: the newest is in use
    "versions",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("version", Words, nullable=False),
    sa.Column("digest", Words, nullable=False),
    sa.Column("folder", Words, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),  # 0 where no person did it
    sa.Column("deed", Words, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Index("versions_version", "version"),
    sqlite_autoincrement=True,
)
DIGESTS = sa.Table(  # which editor has been sent the digest of which day
    "digests",
    metadata,
    sa.Column("day", Words, primary_key=True),  # YYYY-MM-DD, as the bulletin's zone has it
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("claimed_at", Moment, nullable=False),
)
IMPORTS = sa.Table(  # issues that editors are bringing in
    "imports",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("touched_at", Moment, nullable=False),
)
IMPORT_TEXTS = sa.Table(
    "import_texts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", Words, nullable=False),
)
HANDOFF_RESIDENTS = sa.Table(  # residents as staff know them
    "handoff_residents",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("name", Words),  # null before they were asked
    sa.Column("step", Words),
    sa.Column("pending", Words),
    sa.Column("room_id", sa.BigInteger),
    sa.Column("thread_id", sa.BigInteger),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("barred", sa.Boolean, nullable=False),
    sa.Column("touched_at", Moment, nullable=False),
    sa.Index("handoff_residents_user", "user_id", unique=True),
    sa.Index("handoff_residents_thread", "room_id", "thread_id"),
    sqlite_autoincrement=True,  # nobody gets the number of one who was forgotten
)
HANDOFFS = sa.Table(
    "handoffs",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column(
        "resident",
        sa.ForeignKey("handoff_residents.number", name="handoffs_resident_fk", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("question", Words, nullable=False),
    sa.Column("found", Words, nullable=False),
    sa.Column("asked_id", sa.BigInteger),
    sa.Column("state", Words, nullable=False),
    sa.Column("staff_id", sa.BigInteger),
    sa.Column("staff_name", Words),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("heard_at", Moment, nullable=False),
    sa.Column("waiting_since", Moment),
    sa.Column("reminded", sa.Integer, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("closer", Words),
    sa.Column("rating", sa.SmallInteger),
    sa.Column("card_room", sa.BigInteger),
    sa.Column("card_thread", sa.BigInteger),
    sa.Column("card_message", sa.BigInteger),
    sa.Column("taught", sa.Boolean, nullable=False),
    sa.Index(
        "handoffs_open",
        "resident",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
    sa.Index("handoffs_resident", "resident", "id"),
    sa.Index("handoffs_state", "state"),
    sa.Index("handoffs_card", "card_room", "card_message"),
    sqlite_autoincrement=True,
)
HANDOFF_MESSAGES = sa.Table(  # what goes both ways: stored first, then sent, then marked
    "handoff_messages",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column(
        "handoff_id",
        sa.ForeignKey("handoffs.id", name="handoff_messages_handoff_fk", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("resident", sa.BigInteger, nullable=False),
    sa.Column("side", Words, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("source_chat", sa.BigInteger),
    sa.Column("source_message", sa.BigInteger),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("file", Words),
    sa.Column("once", Words),
    sa.Column("answers", sa.BigInteger),
    sa.Column("state", Words, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("worker", Words),
    sa.Column("leased_until", Moment),
    sa.Column("target_chat", sa.BigInteger),
    sa.Column("target_message", sa.BigInteger),
    sa.Column("reason", Words),
    sa.Index("handoff_messages_once", "once", unique=True),
    sa.Index("handoff_messages_line", "resident", "side", "state", "id"),
    sa.Index("handoff_messages_due", "state", "due_at", "id"),
    sa.Index("handoff_messages_source", "source_chat", "source_message"),
    sa.Index("handoff_messages_target", "target_chat", "target_message"),
    sa.Index("handoff_messages_handoff", "handoff_id"),
)
HANDOFF_STAFF = sa.Table(  # how staff want to be called
    "handoff_staff",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", Words, nullable=False),
)
HANDOFF_UPDATES = sa.Table(  # what Telegram told and is not handled yet
    "handoff_updates",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("body", Words, nullable=False),
    sa.Column("kept_at", Moment, nullable=False),
)
LESSONS = sa.Table(  # what editors did with what was asked in vain
    "lessons",
    metadata,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("deed", Words, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("subject", Words, nullable=False),  # of what was put away, nothing
    sa.Column("entry", Words),  # the id in the content
    sa.Column("name", Words, nullable=False),  # under an answer
    sa.Column("wordings", Words),  # of what was put away: a JSON list of digests
    sa.Column("people", sa.Integer),
    sa.Column("undone_at", Moment),
    sa.Column("undone_by", sa.BigInteger),
    sa.Index("lessons_standing", "undone_at", "id"),
    sqlite_autoincrement=True,  # a button always speaks of the lesson it was made for
)
WAITING = sa.Table(  # residents who want to be told when their question has an answer
    "waiting",
    metadata,
    sa.Column(
        "asked_id",
        sa.ForeignKey("questions.id", name="waiting_asked_fk", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("version", Words, nullable=False),  # of the knowledge that had no answer
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_until", Moment),
    sa.Column("told_at", Moment),
    sa.Column("target", Words),  # of the answer that was told
    sa.Index("waiting_user", "user_id"),
    sa.Index("waiting_untold", "told_at", "asked_id"),
)
