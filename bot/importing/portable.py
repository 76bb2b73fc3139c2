"""The text layer of a PDF → its lines."""

from __future__ import annotations

import re

from bot.importing.faults import Fault, Refused
from bot.importing.plain import MOST_CHARACTERS

MOST_PAGES = 200
_FEW = 20  # characters; fewer on all pages together are a scanner's stamp
_HYPHEN = "\ufffe"  # what PDFium puts for a hyphen at a line's end
_UNREADABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_HEAD = 1024  # bytes within which a PDF says that it is one


def lines_of(data: bytes) -> tuple[str, tuple[int, ...]]:
    """The text of all pages, and the pages without any. Raises Refused."""
    import pypdfium2
    from pypdfium2 import raw

    if b"%PDF-" not in data[:_HEAD]:
        raise Refused(Fault.DISGUISED, "")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Refused(Fault.ENCRYPTED if locked else Fault.BROKEN) from None
    if len(document) > MOST_PAGES:
        raise Refused(Fault.PAGES, str(MOST_PAGES))
    texts: list[str] = []
    blank: list[int] = []
    for number in range(len(document)):
        try:
            text = document[number].get_textpage().get_text_range()
        except pypdfium2.PdfiumError:
            raise Refused(Fault.BROKEN) from None
        if not text.strip():
            blank.append(number + 1)
        texts.append(text)
        if sum(map(len, texts)) > MOST_CHARACTERS:
            raise Refused(Fault.TOO_LONG, str(MOST_CHARACTERS // 10_000))
    whole = "\n".join(texts).replace(_HYPHEN, "")
    drawn, read = len(whole), len(_UNREADABLE.sub("", whole))
    if read < _FEW:
        raise Refused(Fault.SCANNED if drawn < 2 * _FEW else Fault.GARBLED)
    return whole, tuple(blank)
