"""Files as phones send them, good and bad, made by code."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

REPORT = """新图书馆向居民开放

3月5日,临河区图书馆新馆向居民开放。馆内共有藏书12万册,每天九点开门。

图书馆馆长陈宁说:“欢迎大家来看书。”

·赵敏·
"""
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType=
"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type=
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""


def document_xml(paragraphs: Iterable[str], head: str = "") -> str:
    """The body of a .docx, one paragraph for each text."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    )


def packed(
    entries: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED, level: int = 1
) -> bytes:
    """A zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=level) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def packed_word(body: str) -> bytes:
    """A Word file of a body as it stands in the file."""
    return _word(
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    )


def _word(document: str, **more: bytes | str) -> bytes:
    entries: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "word/document.xml": document,
    }
    return packed(entries | more)


def docx(
    paragraphs: Iterable[str] = tuple(REPORT.split("\n\n")),
    head: str = "",
    **more: bytes | str,
) -> bytes:
    """A Word file; `more` are further entries, __ in their names standing for /."""
    entries = {name.replace("__", "/"): data for name, data in more.items()}
    return _word(document_xml(paragraphs, head), **entries)


def _central(data: bytes, name: str) -> int:
    """Where a zip file's table of contents speaks of an entry."""
    at = data.index(b"PK\x01\x02")
    while True:
        length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + length] == name.encode():
            return at
        at = data.index(b"PK\x01\x02", at + 4)


def with_flag(data: bytes, name: str = "word/document.xml") -> bytes:
    """A zip file whose entry says that it is encrypted."""
    found = bytearray(data)
    found[_central(data, name) + 8] |= 1
    return bytes(found)


def with_method(data: bytes, method: int, name: str = "word/document.xml") -> bytes:
    """A zip file whose entry says that it is packed in some other way."""
    found = bytearray(data)
    struct.pack_into("<H", found, _central(data, name) + 10, method)
    return bytes(found)


def with_link(data: bytes, name: str) -> bytes:
    """A zip file whose entry is a symbolic link."""
    found = bytearray(data)
    at = _central(data, name)
    found[at + 5] = 3  # made on Unix
    struct.pack_into("<I", found, at + 38, 0o120777 << 16)
    return bytes(found)


def renamed(data: bytes, old: str, new: str) -> bytes:
    """A zip file with another name of the same length for an entry."""
    assert len(old) == len(new)
    return data.replace(old.encode(), new.encode())


def pdf(pages: Iterable[Iterable[str]], *, extra: str = "", trailer: str = "") -> bytes:
    """A PDF with lines of text on each page, with a font that tells which characters they are; a
    line after a tab is moved in, a heading after # larger."""
    texts = [list(lines) for lines in pages]
    used = sorted({char for lines in texts for line in lines for char in line.strip("\t#")})
    codes = {char: number for number, char in enumerate(used, start=1)}
    mapped = "".join(
        f"<{code:04x}> <{char.encode('utf-16-be').hex()}>\n" for char, code in codes.items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{mapped}endbfchar endcmap end end"
    )
    count = len(texts)
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(count))
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R{extra}>>",
        2: f"<</Type/Pages/Count {count}/Kids[{kids}]>>",
        3: "<</Type/Font/Subtype/Type0/BaseFont/F/Encoding/Identity-H"
        "/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        4: "<</Type/Font/Subtype/CIDFontType2/BaseFont/F/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        "/FontDescriptor 6 0 R>>",
        5: f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
        6: "<</Type/FontDescriptor/FontName/F/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0"
        "/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
    }
    for number, lines in enumerate(texts):
        drawn = "BT /F1 12 Tf 14 TL 60 780 Td\n" if lines else ""
        for line in lines:
            shown = "".join(f"{codes[char]:04x}" for char in line.strip("\t#"))
            moved, size = 24 * line.startswith("\t"), 20 if line.startswith("#") else 12
            down = -14 * line.startswith("#")  # room above and below a heading
            drawn += f"/F1 {size} Tf {moved} {down} Td <{shown}> Tj {-moved} {down} Td T*\n"
        drawn += "ET" if lines else "0 0 200 200 re f"
        objects[10 + 2 * number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {11 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects[11 + 2 * number] = f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream"
    return assembled(objects, trailer)


def assembled(objects: dict[int, str], trailer: str = "") -> bytes:
    """A PDF of its objects."""
    data, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(data)
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    size = max(objects) + 1
    start = len(data)
    data += f"xref\n0 {size}\n".encode()
    for number in range(size):
        at, kind = (places[number], "n") if number in places else (0, "f")
        data += f"{at:010} {0 if kind == 'n' else 65535:05} {kind} \n".encode()
    data += f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF".encode()
    return data


LOCKED = "/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<{0}>/U<{0}>>>/ID[<{1}><{1}>]".format(
    "00" * 32, "11" * 16
)


def swollen(size: int) -> bytes:
    """A PDF whose only page is a stream that unpacks to `size` bytes."""
    packer = zlib.compressobj(9)
    head = packer.compress(b" ") + packer.flush(zlib.Z_FULL_FLUSH)
    megabyte = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    body = head + megabyte * (size >> 20) + packer.flush()
    objects = [
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>\nendobj\n",
        b"4 0 obj\n<</Filter/FlateDecode/Length %d>>stream\n" % len(body)
        + body
        + b"\nendstream\nendobj\n",
    ]
    return b"%PDF-1.7\n" + b"".join(objects) + b"trailer\n<</Root 1 0 R>>\n%%EOF"
