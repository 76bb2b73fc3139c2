"""Files as they come from phones: what is read of good ones, and why each bad one is refused."""

from __future__ import annotations

import asyncio
import codecs
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uploads import (
    LOCKED,
    docx,
    packed,
    packed_word,
    pdf,
    renamed,
    swollen,
    with_flag,
    with_link,
    with_method,
)

from bot.importing import panels, reading
from bot.importing.aside import Aside, Upload, environment
from bot.importing.faults import Fault, Refused
from bot.importing.seen import Complaint, SeenPage
from bot.wording import Wording

WORDING = Wording.load()
HAN = "临河区图书馆新馆向居民开放。"
JAPANESE = "図書館はあした休みです"
FRENCH = "été à la bibliothèque"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOMB = "".join(
    f'<!ENTITY e{number} "{f"&e{number - 1};" * 10 if number else "哈"}">' for number in range(9)
)
SLOW = ("*a **b " * 60_000 + "*" * 60_000).encode()
NESTED = "<w:r>" * 20_000 + "</w:r>" * 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A file that must be refused for `fault`, with `words` in what the editor reads."""

    name: str
    data: bytes
    fault: Fault
    words: str


def bad(name: str, data: bytes | str, fault: Fault, words: str) -> Bad:
    raw = data.encode() if isinstance(data, str) else data
    return Bad(name=name, data=raw, fault=fault, words=words)


def malformed() -> dict[str, Bad]:
    """Every kind of mistake once."""
    return {**_names_and_texts(), **_hypertexts(), **_word_files(), **_portable_files()}


def _names_and_texts() -> dict[str, Bad]:
    many = "\n".join(f"标题第{n}号来了\n\n3月5日,{HAN}\n\n·王一·\n" for n in range(201))
    return {
        "path up": bad("../../etc/passwd.txt", HAN, Fault.NAME, "文件名"),
        "path absolute": bad("/etc/cron.d/a.txt", HAN, Fault.NAME, "文件名"),
        "path of Windows": bad("C:\\a.txt", HAN, Fault.NAME, "文件名"),
        "name hidden": bad(".issue.txt", HAN, Fault.NAME, "文件名"),
        "name reversed": bad("三月\u202etxt.txt", HAN, Fault.NAME, "文件名"),
        "name with NUL": bad("a\0.txt", HAN, Fault.NAME, "文件名"),
        "name too long": bad("长" * 200 + ".txt", HAN, Fault.NAME, "文件名"),
        "name empty": bad("  .", HAN, Fault.NAME, "文件名"),
        "no ending": bad("三月", HAN, Fault.KIND, "读不了"),
        "program": bad("setup.exe", b"MZ", Fault.KIND, ".exe"),
        "archive": bad("三月.zip", packed({"a.txt": HAN}), Fault.KIND, ".zip"),
        "old Word": bad("三月.doc", OLE, Fault.OLD_WORD, ".docx"),
        "empty": bad("三月.txt", b"", Fault.EMPTY, "空的"),
        "blank": bad("三月.txt", " \n\u3000\r\n\t", Fault.NO_TEXT, "没有可以读"),
        "invisible": bad("三月.txt", "\ufeff\u200b\u2060", Fault.NOT_TEXT, "空的"),
        "picture as text": bad(
            "三月.txt", b"\x89PNG\r\n\x1a\n" + bytes(50), Fault.DISGUISED, "图片"
        ),
        "archive as text": bad("三月.txt", packed({"a": "b"}), Fault.DISGUISED, "压缩包"),
        "PDF as text": bad("三月.txt", pdf([["好"]]), Fault.DISGUISED, "PDF"),
        "program as text": bad("三月.txt", b"\x7fELF" + bytes(99), Fault.DISGUISED, "程序"),
        "binary": bad("三月.txt", bytes(range(256)) * 9, Fault.NOT_TEXT, "二进制"),
        "Big5": bad("三月.txt", ("圖書館開放了" * 20).encode("big5"), Fault.NOT_TEXT, "编码"),
        "Shift JIS": bad("三月.txt", JAPANESE.encode("shift_jis"), Fault.NOT_TEXT, "编码"),
        "Latin": bad("三月.txt", FRENCH.encode("latin-1"), Fault.NOT_TEXT, "编码"),
        "UTF-16 unmarked": bad("三月.txt", HAN.encode("utf-16-le"), Fault.NOT_TEXT, "编码"),
        "UTF-32": bad("三月.txt", HAN.encode("utf-32"), Fault.NOT_TEXT, "二进制"),
        "cut character": bad("三月.txt", (HAN * 9).encode()[:-1], Fault.NOT_TEXT, "编码"),
        "NUL": bad("三月.txt", HAN + "\0", Fault.NOT_TEXT, "二进制"),
        "control": bad("三月.txt", f"{HAN}\n{HAN}\x1b[2J", Fault.CONTROL, "第 2 行"),
        "bidi override": bad("三月.txt", f"{HAN}\n\u202e{HAN}", Fault.REVERSED, "第 2 行"),
        "mojibake": bad("三月.txt", "锟斤拷\ufffd\ufffd" * 30, Fault.GARBLED, "乱码"),
        "private characters": bad("三月.txt", "好\ue123\ue456" * 30, Fault.GARBLED, "乱码"),
        "ten megabytes in a line": bad("三月.txt", "好" * 3_500_000, Fault.TOO_LONG, "100 万字"),
        "long line": bad("三月.txt", "题\n\n" + "好" * 30_000, Fault.LONG_LINE, "第 3 行"),
        "too many articles": bad("三月.txt", many, Fault.TOO_MANY, "200"),
    }


def _hypertexts() -> dict[str, Bad]:
    return {
        "script only": bad("a.html", f"<script>'{HAN}'</script>", Fault.NO_TEXT, "没有可以读"),
        "style only": bad("a.htm", f"<style>/*{HAN}*/</style>", Fault.NO_TEXT, "没有可以读"),
        "all hidden": bad(
            "a.html", f"<p style='display: none'>{HAN}<p hidden>{HAN}", Fault.NO_TEXT, "没有"
        ),
        "frames only": bad("a.html", "<iframe src='x'></iframe>", Fault.NO_TEXT, "没有"),
        "elements without end": bad("a.html", "<i>" * 310_000 + "好", Fault.TOO_LONG, "万字"),
        "picture only": bad("a.md", "![图](a.png)\n\n<!-- 好 -->\n", Fault.NO_TEXT, "没有"),
        "picture as page": bad("a.html", b"\xff\xd8\xff\xe0" + bytes(99), Fault.DISGUISED, "图片"),
    }


def _word_files() -> dict[str, Bad]:
    many = {f"a/{number}": b"" for number in range(2001)}
    lies = docx(word__a__x="x")
    return {
        "locked": bad(
            "a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), Fault.ENCRYPTED, "密码"
        ),
        "old Word renamed": bad("a.docx", OLE, Fault.OLD_WORD, "旧版"),
        "part locked": bad("a.docx", with_flag(docx()), Fault.ENCRYPTED, "密码"),
        "no document": bad("a.docx", packed({"xl/workbook.xml": "x"}), Fault.NOT_DOCX, "正文"),
        "no words": bad("a.docx", docx(["", " "]), Fault.NO_TEXT, "没有可以读"),
        "bomb": bad("a.docx", docx(word__b=bytes(2_000_000)), Fault.PACKED_RATIO, "恶意"),
        "bomb of many": bad(
            "a.docx",
            docx(**{f"b{n}": bytes(900_000) for n in range(120)}),
            Fault.PACKED_LARGE,
            "100 MB",
        ),
        "crowd of parts": bad("a.docx", packed(many), Fault.PACKED_MANY, "2000"),
        "part leads out": bad("a.docx", docx(**{"..__..__x": "x"}), Fault.PACKED_PATH, "../../x"),
        "part absolute": bad("a.docx", docx(__etc__passwd="x"), Fault.PACKED_PATH, "/etc"),
        "part of Windows": bad(
            "a.docx", renamed(docx(word__aa="x"), "word/aa", "word\\aa"), Fault.PACKED_PATH, "路径"
        ),
        "part a link": bad("a.docx", with_link(lies, "word/a/x"), Fault.PACKED_PATH, "路径"),
        "part twice": bad(
            "a.docx",
            renamed(docx(word__document_xm1="x"), "word/document_xm1", "word/document.xml"),
            Fault.PACKED_TWICE,
            "同名",
        ),
        "archive inside": bad(
            "a.docx",
            docx(**{"word__b.zip": packed({})}),
            Fault.PACKED_NESTED,
            "b.zip",
        ),
        "entities": bad(
            "a.docx", docx([f"&e8;{HAN}"], f"<!DOCTYPE d [{BOMB}]>"), Fault.ENTITIES, "定义"
        ),
        "cut off": bad("a.docx", docx()[:-40], Fault.BROKEN, "坏了"),
        "not packed": bad("a.docx", HAN, Fault.BROKEN, "坏了"),
        "packed strangely": bad("a.docx", with_method(docx(), 99), Fault.BROKEN, "坏了"),
        "broken XML": bad("a.docx", docx(["<b>"]), Fault.BROKEN, "坏了"),
        "deep XML": bad("a.docx", docx([NESTED]), Fault.BROKEN, "坏了"),
    }


def _portable_files() -> dict[str, Bad]:
    dumb = pdf([[HAN * 5]]).replace(b"/ToUnicode 5 0 R", b"/Tounicode 5 0 R")
    return {
        "PDF locked": bad("a.pdf", pdf([[HAN]], trailer=LOCKED), Fault.ENCRYPTED, "密码"),
        "scanned": bad("a.pdf", pdf([[], []]), Fault.SCANNED, "扫描"),
        "stamp only": bad("a.pdf", pdf([["扫描全能王"]]), Fault.SCANNED, "扫描"),
        "too many pages": bad("a.pdf", pdf([["好"]] * 201), Fault.PAGES, "200 页"),
        "no pages": bad("a.pdf", b"%PDF-1.7\n%%EOF", Fault.BROKEN, "坏了"),
        "cut off": bad("b.pdf", pdf([[HAN]])[:200], Fault.BROKEN, "坏了"),
        "no PDF": bad("a.pdf", HAN, Fault.DISGUISED, "对不上"),
        "mute font": bad("a.pdf", dumb, Fault.GARBLED, "乱码"),
        "swollen": bad("a.pdf", swollen(800 << 20), Fault.BROKEN, "坏了"),
    }


BAD = malformed()


@pytest.fixture(scope="module")
def verdicts() -> dict[str, SeenPage | Complaint]:
    """What becomes of every bad file, read one after another as the bot reads them."""
    return asyncio.run(_read_all())


async def _read_all() -> dict[str, SeenPage | Complaint]:
    aside = Aside(seconds=60, megabytes=768)
    try:
        return {
            case: await aside.read(Upload(name=one.name, data=one.data))
            for case, one in BAD.items()
        }
    finally:
        await aside.close()


@pytest.mark.parametrize("case", BAD)
def test_malformed(case: str, verdicts: dict[str, SeenPage | Complaint]) -> None:
    """Each is refused, and the sentence says for what reason."""
    found, expected = verdicts[case], BAD[case]
    assert isinstance(found, Complaint), found
    assert found.fault is expected.fault
    sentence = panels.refusal(found, expected.name, WORDING, 20)
    assert expected.words in sentence
    assert "{" not in sentence
    assert sentence.isprintable()


TITLE, FIRST, SECOND = "新图书馆向居民开放", f"3月5日,{HAN}", "馆长陈宁说:“欢迎大家来看书。”"
PLAIN = f"{TITLE}\n{FIRST}\n{SECOND}\n·赵敏·"
WORD = (
    f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{TITLE}</w:t></w:r></w:p>'
    f"<w:p><w:r><w:t>3月5日,</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{HAN}</w:t></w:r>"
    "<w:del><w:r><w:delText>没有</w:delText></w:r></w:del></w:p>"
    f"<w:p><w:r><w:t>{SECOND}</w:t></w:r></w:p><w:p><w:r><w:t>·赵敏·</w:t></w:r></w:p>"
)
PAGE = f"""<!doctype html><html><head><meta charset="gb2312"><title>x</title><style>p{{}}</style>
</head><body><nav>首页 新闻</nav><h1>{TITLE}</h1><div hidden>看不见</div>
<p>3月5日,临河区图书馆
   新馆<b>向居民</b>开放。<script>var a = "好";</script></p><p style="display:none">广告</p>
<p>馆长陈宁说:&ldquo;欢迎大家来看书。&rdquo;<br>·赵敏·<footer>版权所有</footer></body></html>"""
MARKDOWN = f"""---
title: x
---
# {TITLE}

3月5日,临河区图书馆
新馆**向居民**开放。

{SECOND}

·赵敏·
"""
TORN = [
    f"#{TITLE}",
    "\t3月5日,临河区图书馆新馆向居民开放,馆里",
    "有书十二万册。",
    "\t馆长陈宁说:“欢迎大家来看书。”",
    "·赵敏·",
]


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", PLAIN.encode(), PLAIN),
        ("A.TXT", PLAIN.encode("gb18030"), PLAIN),
        ("a.txt", codecs.BOM_UTF8 + PLAIN.encode(), PLAIN),
        ("a.txt", PLAIN.encode("utf-16"), PLAIN),
        ("a.txt", PLAIN.replace("\n", "\r\n").encode(), PLAIN),
        ("a.docx", docx(PLAIN.split("\n")), PLAIN),
        ("a.docx", packed_word(WORD), PLAIN),
        ("a.html", PAGE.encode("gb18030"), PLAIN),
        ("a.htm", PAGE.encode(), PLAIN),
        ("a.md", MARKDOWN.encode(), PLAIN),
        ("a.markdown", MARKDOWN.replace("\n", "\r\n").encode(), PLAIN),
    ],
)
def test_what_is_read(name: str, data: bytes, text: str) -> None:
    """The words of the file in the order of a reader, a line for each paragraph, and nothing that
    is not seen."""
    found = reading.read(name, data)
    assert found.text == text
    assert [article.headline for article in found.articles] == [TITLE]
    assert found.articles[0].byline == ("赵敏",)
    assert found.text[found.articles[0].start : found.articles[0].end] == TITLE


def test_a_portable_page_is_set_out_as_it_looks() -> None:
    """Indents and larger type tell paragraphs and headlines; pages without text are named."""
    found = reading.read("a.pdf", pdf([TORN, [], TORN]))
    lead = "3月5日,临河区图书馆新馆向居民开放,馆里有书十二万册。"
    assert f"\u3000\u3000{lead}" in found.text
    assert [article.headline for article in found.articles] == [TITLE, TITLE]
    assert [article.paragraphs for article in found.articles] == [2, 2]
    assert found.blank == (2,)


def test_cells_and_items_are_lines_and_words() -> None:
    """A row of a table is a line, an item of a list one too; headings stand apart."""
    html = (
        f"<h1>{TITLE}</h1><table><tr><td>楼号</td><td>户数</td></tr></table>"
        f"<ul><li>甲楼<li>乙楼</ul><h1>公园开园</h1><p>{FIRST}"
    )
    assert reading.read("a.html", html.encode()).text == (
        f"{TITLE}\n楼号 户数\n甲楼\n乙楼\n\n\n公园开园\n{FIRST}"
    )


def test_doubtful_joins_are_named() -> None:
    """As the page reader names them, with their lines."""
    torn = "新馆开放\n\n3月5日,图书馆新馆向居民开放,大家都很高\n\n兴地来看书。\n"
    found = reading.read("a.txt", torn.encode())
    shown = (*found.joins, *found.remarks)
    assert found.articles[0].headline == "新馆开放"
    assert len(shown) <= 2


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["a.txt", "a.html", "a.md"]), st.binary(max_size=300) | st.text())
def test_whatever_it_is_it_is_read_or_refused(name: str, data: bytes | str) -> None:
    """No bytes and no text make the reader fail otherwise."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    try:
        found = reading.read(name, raw)
    except Refused:
        return
    assert found.articles


async def test_damaged_files_are_answered() -> None:
    """A file with any byte changed is read or refused, and the next is read all the same."""
    chance = random.Random(7)
    aside = Aside(seconds=10, megabytes=768)
    try:
        for name, data in (("a.docx", docx()), ("a.pdf", pdf([TORN]))):
            for _ in range(25):
                damaged = bytearray(data)
                for _ in range(chance.randint(1, 20)):
                    damaged[chance.randrange(len(damaged))] = chance.randrange(256)
                found = await aside.read(Upload(name=name, data=bytes(damaged)))
                assert isinstance(found, SeenPage | Complaint)
        assert isinstance(await aside.read(Upload(name="a.txt", data=PLAIN.encode())), SeenPage)
    finally:
        await aside.close()


async def test_too_much_memory_or_time_ends_the_reading_only(tmp_path: Path) -> None:
    """What takes too much is refused for that, a process that is killed is begun anew."""
    aside = Aside(seconds=1, megabytes=160)
    try:
        hungry = await aside.read(Upload(name="a.html", data=b"a" * 19_000_000))
        assert hungry == Complaint(fault=Fault.TOO_HUNGRY)
        slow = await aside.read(Upload(name="a.md", data=SLOW))
        assert slow == Complaint(fault=Fault.TOO_SLOW)
        assert aside.process is not None
        aside.process.kill()
        lost = await aside.read(Upload(name="a.txt", data=PLAIN.encode()))
        found = await aside.read(Upload(name="a.txt", data=PLAIN.encode()))
        assert isinstance(found, SeenPage)
        assert lost in (found, Complaint(fault=Fault.BROKEN))
    finally:
        await aside.close()
    assert list(tmp_path.iterdir()) == []


def test_the_process_is_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the bot's environment it gets what it needs."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")
    assert "123:secret" not in str(environment())
    assert {"PATH", "PYTHONPATH"} <= environment().keys()


def test_every_reason_has_a_case() -> None:
    """The bad files show each reason but those that only the bot can meet."""
    shown = {one.fault for one in BAD.values()}
    assert set(Fault) - shown == {
        Fault.TOO_LARGE,
        Fault.NOT_FETCHED,
        Fault.NOT_INSTALLED,
        Fault.TOO_SLOW,
        Fault.TOO_HUNGRY,
    }
