"""Logging: one line a record, and no secret in any of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot import logs

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123"  # the form of one, nobody's
SHORT = "42:short-token-of-a-test-server"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


@contextmanager
def logging_to_stderr() -> Iterator[StringIO]:
    """What is logged after the program has set up logging; put back afterwards."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("httpx", "httpcore", "jieba"))]
    before = [(logger, logger.level, tuple(logger.handlers)) for logger in loggers]
    with redirect_stderr(StringIO()) as stream:
        logs.configure("DEBUG", (SecretStr(SHORT), SecretStr("webhook-secret")))
        yield stream
    for logger, level, handlers in before:
        logger.setLevel(level)
        for handler in tuple(logger.handlers):
            logger.removeHandler(handler)
        for handler in handlers:
            logger.addHandler(handler)


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        f"https://api.telegram.org/bot{quote(TOKEN)}/getMe",
        f"https://api.telegram.org/file/bot{TOKEN}/documents/a.txt",
        f"http://127.0.0.1:8081/bot{SHORT}/sendMessage",
        f"token={TOKEN}&x=1",
        f"'{TOKEN}'",
        f"前{TOKEN}后",
        f"webhook-secret and {SHORT}",
    ],
)
def test_secret_is_cut_out_wherever_it_stands(text: str) -> None:
    """In a URL, quoted, between Chinese characters, or as a secret that only we know."""
    cleaned = logs.redact(text, (SecretStr(SHORT), SecretStr("webhook-secret")))
    assert logs.REDACTED in cleaned
    for secret in (TOKEN, quote(TOKEN), SHORT, "webhook-secret"):
        assert secret not in cleaned


@given(
    st.text(max_size=30),
    st.integers(10**8, 10**11),
    st.text(alphabet=ALPHABET, min_size=35, max_size=35),
    st.text(max_size=30),
)
def test_anything_of_a_tokens_form_is_cut_out(
    before: str, number: int, secret: str, after: str
) -> None:
    """Whatever stands around it."""
    assert secret not in logs.redact(f"{before}{number}:{secret}{after}")


@pytest.mark.parametrize(
    "text", ["2024-01-14 09:30:00", "chat -1001234567890: 3 messages", "http://[::1]:8080/a", ""]
)
def test_other_text_is_left_as_it_is(text: str) -> None:
    """Times, chat numbers and addresses are no tokens."""
    assert logs.redact(text, (SecretStr(""),)) == text


def test_record_is_one_line_without_secrets() -> None:
    """Arguments, exceptions with their causes and stacks are cleaned and kept on one line."""
    with logging_to_stderr() as stderr:
        logger = logging.getLogger("bot.anything")
        logger.info("POST %s", f"https://api.telegram.org/bot{TOKEN}/getMe")
        logger.info("first\nsecond %r", SHORT.encode())
        try:
            try:
                raise ValueError(f"inner {TOKEN}")
            except ValueError as error:
                raise RuntimeError(f"outer webhook-secret {SHORT}") from error
        except RuntimeError:
            logger.exception("failed", stack_info=True)
        lines = stderr.getvalue().splitlines()
        assert len(lines) == 3
        assert "RuntimeError" in lines[2]
        assert "ValueError" in lines[2]
        for secret in (TOKEN, SHORT, "webhook-secret"):
            assert all(secret not in line for line in lines)


def test_libraries_at_debug_cannot_print_the_token() -> None:
    """httpx speaks of every URL at DEBUG: its records pass the same filter."""
    with logging_to_stderr() as stderr:
        logging.getLogger("httpx").debug(
            "HTTP Request: POST %s", f"http://h/bot{SHORT}/getUpdates"
        )
        logging.getLogger("httpcore.http11").debug("target=b'/bot%s/getMe'", TOKEN)
        errors = stderr.getvalue()
        assert "getUpdates" in errors
        assert SHORT not in errors
        assert TOKEN not in errors


def test_record_with_wrong_arguments_is_shown_all_the_same() -> None:
    """A slip in a log call costs neither the record nor the process."""
    with logging_to_stderr() as stderr:
        logging.getLogger("bot.anything").info("%d of %d", "three")
        assert "%d of %d" in stderr.getvalue()


def test_configuring_again_replaces_level_and_handler() -> None:
    """A second call does not print each record twice, and quiet libraries fall quiet again."""
    with logging_to_stderr() as stderr:
        logs.configure("INFO")
        logging.getLogger("bot.anything").info("once")
        logging.getLogger("bot.anything").debug("never")
        logging.getLogger("httpx").info("never")
        assert stderr.getvalue().count("once") == 1
        logs.configure("ERROR")
        logging.getLogger("bot.anything").warning("never")
        assert "never" not in stderr.getvalue()
