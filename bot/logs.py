"""Logging to stderr, one line a record, with everything secret removed on the way out."""

from __future__ import annotations

import logging
import re
import sys

from pydantic import SecretStr

REDACTED = "[已隐去]"
_TOKEN = re.compile(r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
_TOKEN_IN_PATH = re.compile(r"(?<=/bot)\d+(?::|%3[Aa])[^/\s\"']+")
_CHATTY = ("httpx", "httpcore", "alembic", "aiosqlite", "sqlalchemy", "tornado.access")


def redact(text: str, secrets: tuple[SecretStr, ...] = ()) -> str:
    """`text` without any of `secrets` and without anything that has the form of a bot token."""
    for secret in secrets:
        if value := secret.get_secret_value():
            text = text.replace(value, REDACTED)
    return _TOKEN.sub(REDACTED, _TOKEN_IN_PATH.sub(REDACTED, text))


class RedactingFilter(logging.Filter):
    """Rewrites each record so that no formatter behind it can print a secret.

    The message is made final (its arguments may be URLs or bytes that hold the token), and so are
    the texts of the exception and of the stack.
    """

    def __init__(self, secrets: tuple[SecretStr, ...] = ()) -> None:
        super().__init__()
        self._secrets = secrets
        self._plain = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(_message(record), self._secrets)
        record.args = None
        if record.exc_info:
            record.exc_text = record.exc_text or self._plain.formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = redact(record.exc_text, self._secrets)
        if record.stack_info:
            record.stack_info = redact(record.stack_info, self._secrets)
        return True


class OneLine(logging.Formatter):
    """One record, one line: line ends inside messages and tracebacks become ` ⏎ `."""

    def format(self, record: logging.LogRecord) -> str:
        return " ⏎ ".join(super().format(record).splitlines())


def configure(level: str, secrets: tuple[SecretStr, ...] = ()) -> None:
    """Send records of `level` (a name as in config.yaml) and above to stderr.

    Replaces whatever handlers the root logger had, so calling it again changes level and secrets.
    Libraries that speak of every request stay at WARNING unless `level` is DEBUG.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(RedactingFilter(secrets))
    root = logging.getLogger()
    for old in tuple(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "DEBUG" else logging.WARNING)
    _silence_jieba()


def _silence_jieba() -> None:
    """jieba writes through a handler of its own, at DEBUG; its records are of no use here."""
    jieba = logging.getLogger("jieba")
    for handler in tuple(jieba.handlers):
        jieba.removeHandler(handler)
    jieba.addHandler(logging.NullHandler())
    jieba.setLevel(logging.WARNING)


def _message(record: logging.LogRecord) -> str:
    """The formatted message; a record whose arguments do not fit is shown as it is."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"
