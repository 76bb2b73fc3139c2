"""Why something that an editor sent cannot be read."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Each has its sentence in the locale file."""

    NAME = "name"
    KIND = "kind"
    NOT_INSTALLED = "not_installed"
    TOO_LARGE = "too_large"
    NOT_FETCHED = "not_fetched"
    EMPTY = "empty"
    DISGUISED = "disguised"
    NOT_TEXT = "not_text"
    CONTROL = "control"
    REVERSED = "reversed"
    GARBLED = "garbled"
    LONG_LINE = "long_line"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NO_TEXT = "no_text"
    OLD_WORD = "old_word"
    ENCRYPTED = "encrypted"
    NOT_DOCX = "not_docx"
    PACKED_RATIO = "packed_ratio"
    PACKED_MANY = "packed_many"
    PACKED_LARGE = "packed_large"
    PACKED_PATH = "packed_path"
    PACKED_TWICE = "packed_twice"
    PACKED_NESTED = "packed_nested"
    ENTITIES = "entities"
    SCANNED = "scanned"
    PAGES = "pages"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    TOO_HUNGRY = "too_hungry"


class Refused(Exception):  # noqa: N818 - a verdict on a file, no error of ours
    """A file is not taken: `fault` says why, `line` where, `detail` what exactly."""

    def __init__(self, fault: Fault, detail: str = "", line: int = 0) -> None:
        super().__init__(f"{fault.value} {detail} {line}")
        self.fault = fault
        self.detail = detail
        self.line = line
