"""Thirty broken content folders, each kind of mistake once: refused with file and line."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from fake_api import FakeApi
from town import DONE, DONE_QUOTE, ISSUE, settings_for, write_content

from bot.reloading.reloads import Reloads
from bot.reloading.starting import begin
from bot.reloading.versions import Versions
from bot.storage import Storage
from knowledge.base import Live
from knowledge.content import load
from knowledge.errors import ContentError

PAGE, ENTRIES, HEAD, CHECKS = (
    "2024-03-05/1.txt",
    "qa/x.yaml",
    "2024-03-05/issue.yaml",
    "checks.yaml",
)
QUOTE = "临河区开通社区公交线路4条"


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A file that is written into the town's content, what is said of it, and in which line (0:
    it is about the file as a whole)."""

    file: str
    data: str | bytes
    line: int
    said: str


def entry(*lines: str) -> str:
    return "\n".join(("- id: x", "  questions: [有吗]", *lines)) + "\n"


MISTAKES = {
    "no list": Mistake(file=ENTRIES, data="id: x\n", line=1, said="列表"),
    "open bracket": Mistake(file=ENTRIES, data="- id: [\n", line=2, said="YAML"),
    "open quote": Mistake(file=ENTRIES, data='- id: "x\n', line=1, said="YAML"),
    "tab": Mistake(file=ENTRIES, data="- id: x\n\tquestions: [有吗]\n", line=2, said="YAML"),
    "empty": Mistake(file=ENTRIES, data="", line=1, said="空的"),
    "two documents": Mistake(
        file=ENTRIES, data="---\n- id: x\n---\n- id: y\n", line=3, said="---"
    ),
    "anchor": Mistake(file=ENTRIES, data=entry("  quote: &a 有"), line=3, said="引用"),
    "tag": Mistake(file=ENTRIES, data=entry("  quote: !!python/x 有"), line=3, said="标签"),
    "key twice": Mistake(file=ENTRIES, data=entry("  id: y"), line=3, said="两次"),
    "unknown key": Mistake(file=ENTRIES, data=entry("  qoute: 有"), line=3, said="是不是“quote”"),
    "not UTF-8": Mistake(
        file=ENTRIES, data="- id: x\n# 问\n".encode("gb18030"), line=2, said="UTF-8"
    ),
    "no id": Mistake(
        file=ENTRIES, data=f"- questions: [有吗]\n  quote: {QUOTE}\n", line=1, said="“id”"
    ),
    "odd id": Mistake(file=ENTRIES, data=entry().replace("x", "问"), line=1, said="英文字母"),
    "id twice": Mistake(
        file=ENTRIES,
        data=f"- id: buses\n  questions: [有吗]\n  quote: {QUOTE}\n",
        line=1,
        said="已经有了",
    ),
    "question twice": Mistake(
        file=ENTRIES,
        data=f"- id: x\n  questions: [{DONE}]\n  quote: {QUOTE}\n",
        line=2,
        said="这个问题",
    ),
    "no quotation": Mistake(file=ENTRIES, data=entry(), line=1, said="没有引文"),
    "short quotation": Mistake(file=ENTRIES, data=entry("  quote: 4条"), line=3, said="太短"),
    "quoted of nowhere": Mistake(
        file=ENTRIES, data=entry("  quote: 没有这一句话"), line=3, said="没有这段引文"
    ),
    "no such article": Mistake(
        file=ENTRIES,
        data=entry(f"  quote: {QUOTE}", "  article: 没有这一篇"),
        line=4,
        said="没有标题",
    ),
    "odd stance": Mistake(
        file=ENTRIES, data=entry(f"  quote: {QUOTE}", "  stance: maybe"), line=4, said="只能是"
    ),
    "staff without a name": Mistake(
        file=ENTRIES,
        data=entry("  by: staff", "  text: 有", "  date: 2024-03-01"),
        line=1,
        said="“name”",
    ),
    "ending .yml": Mistake(file="qa/x.yml", data=entry(f"  quote: {QUOTE}"), line=0, said=".yaml"),
    "no date": Mistake(file=HEAD, data="bulletin: 报\ntitle: 题\n", line=1, said="“date”"),
    "no such day": Mistake(
        file=HEAD, data=ISSUE.replace("03-05", "02-30"), line=1, said="没有这一天"
    ),
    "odd address": Mistake(file=HEAD, data=f"{ISSUE}url: 网址\n", line=4, said="https://"),
    "missing page": Mistake(
        file=HEAD, data=f"{ISSUE}pages: [2.txt]\n", line=4, said="没有页面文件"
    ),
    "page outside": Mistake(
        file=HEAD, data=f"{ISSUE}pages: [../../x.txt]\n", line=4, said="不能用"
    ),
    "empty page": Mistake(file=PAGE, data="\n\n", line=0, said="空的"),
    "page of bytes": Mistake(file=PAGE, data=bytes(range(256)) * 9, line=0, said=""),
    "odd status": Mistake(
        file=CHECKS, data="- question: 有吗\n  status: perhaps\n", line=2, said="只能是"
    ),
    "check without a question": Mistake(
        file=CHECKS, data="- status: answered\n", line=1, said="question"
    ),
}


def write(root: Path, mistake: Mistake) -> Path:
    file = root / mistake.file
    data = mistake.data if isinstance(mistake.data, bytes) else mistake.data.encode()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("kind", MISTAKES)
def test_each_mistake_is_named_by_file_and_line(tmp_path: Path, kind: str) -> None:
    """And by what is wrong, in words that say what to do."""
    mistake = MISTAKES[kind]
    file = write(write_content(tmp_path / "content"), mistake)
    with pytest.raises(ContentError) as error:
        load(tmp_path / "content")
    found = [p for p in error.value.problems if p.file == file and mistake.said in p.message]
    assert found, str(error.value)
    assert found[0].line == mistake.line


async def test_none_of_them_comes_in(tmp_path: Path) -> None:
    """A reload of each changes nothing: the old answers go on, and the mended folder is read."""
    assert len(MISTAKES) >= 30
    content = write_content(tmp_path / "content")
    shutil.copytree(content, tmp_path / "good")
    settings = settings_for(FakeApi(), tmp_path)
    storage = await Storage.open(settings.storage.url)
    try:
        live = Live(await begin(settings, Versions(storage)))
        reloads, before = Reloads(live, Versions(storage), settings), live.current
        for kind, mistake in MISTAKES.items():
            file = write(content, mistake)
            with pytest.raises(ContentError) as error:
                await reloads.propose()
            assert str(file) in str(error.value), kind
            assert live.current is before
            assert DONE_QUOTE in live.current.ask(DONE).text
            shutil.rmtree(content)
            shutil.copytree(tmp_path / "good", content)
        assert (await reloads.propose()).idle
        assert len(await reloads.versions.recent(9)) == 1
    finally:
        await storage.close()
