"""Whether a packed file (.docx is one) may be unpacked: judged by its table of contents alone."""

from __future__ import annotations

import io
import re
import stat
from zipfile import BadZipFile, ZipFile, ZipInfo

from bot.importing.faults import Fault, Refused

MOST_ENTRIES = 2000
MOST_BYTES = 100_000_000  # unpacked
MOST_XML = 30_000_000  # of one part that is read
_MOST_RATIO = 100
_SMALL = 1_000_000  # up to which no ratio is odd
_ARCHIVE = re.compile(r"\.(?:zip|rar|7z|gz|tgz|bz2|xz|jar|cab|iso|docx|docm|odt|epub)$", re.I)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_DOCUMENT = "word/document.xml"
_DEFINES = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00D\x00O|\x00<\x00!\x00D\x00O")


def checked_docx(data: bytes) -> bytes:
    """The bytes of a .docx that can be read without harm. Raises Refused."""
    if data.startswith(_OLE):
        raise Refused(Fault.ENCRYPTED if _LOCKED in data else Fault.OLD_WORD)
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            _check(packed.infolist())
            if _DOCUMENT not in packed.namelist():
                raise Refused(Fault.NOT_DOCX)
            for entry in packed.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    _check_xml(packed, entry)
    except (BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise Refused(Fault.BROKEN) from None
    return data


def _check(entries: list[ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused(Fault.PACKED_MANY, str(MOST_ENTRIES))
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refused(Fault.PACKED_LARGE, str(MOST_BYTES // 1_000_000))
    names: set[str] = set()
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & 0x1:
            raise Refused(Fault.ENCRYPTED)
        if _leads_out(entry):
            raise Refused(Fault.PACKED_PATH, name[:80])
        if name in names:
            raise Refused(Fault.PACKED_TWICE, name[:80])
        names.add(name)
        if _ARCHIVE.search(name):
            raise Refused(Fault.PACKED_NESTED, name[:80])
        if entry.file_size > max(_SMALL, _MOST_RATIO * entry.compress_size):
            raise Refused(Fault.PACKED_RATIO, name[:80])
        if entry.file_size > MOST_XML and name.endswith(".xml"):
            raise Refused(Fault.PACKED_LARGE, str(MOST_XML // 1_000_000))


def _leads_out(entry: ZipInfo) -> bool:
    """Whether an entry's name points outside, or the entry is a link."""
    name = entry.orig_filename
    odd = "\\" in name or "\x00" in name or name.startswith("/") or re.match(r"[A-Za-z]:", name)
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    return bool(odd) or linked or ".." in name.split("/")


def _check_xml(packed: ZipFile, entry: ZipInfo) -> None:
    """No part may define entities: a few lines of them can stand for gigabytes."""
    with packed.open(entry) as part:
        tail = b""
        while piece := part.read(1 << 20):
            if _DEFINES.search(tail + piece):
                raise Refused(Fault.ENTITIES)
            tail = piece[-32:]
