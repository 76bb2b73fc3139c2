"""What editors take away: tables without anybody in them, and the curated knowledge."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from fake_api import FakeApi
from test_figures import ANNA, ASKED, BELA, GROUP, WORDING, local, told
from town import EDITOR, write_content

from bot.belongings import Belongings
from bot.figures.export import KnowledgeOrder, LogOrder, Written, write_knowledge, write_log
from bot.figures.log import Log
from bot.figures.table import MARK, Tables, cell
from bot.services import Services
from bot.storage import Storage
from knowledge.model import Lack, Status

SAID = WORDING.figures.exporting


def read(data: bytes) -> list[list[str]]:
    """The rows of a table, as Excel reads them."""
    assert data.startswith(MARK)
    return list(csv.reader(io.StringIO(data.removeprefix(MARK).decode(), newline="")))


def order(url: str, folder: Path, **more: Any) -> LogOrder:
    return LogOrder(
        url=url,
        start=local("2026-11-01T00:00:00"),
        end=local("2026-12-01T00:00:00"),
        zone="Asia/Shanghai",
        folder=str(folder),
        stem="log",
        heading=SAID.heading,
        words=SAID.words,
        **more,
    )


async def exported(storage: Storage, url: str, folder: Path, **more: Any) -> list[list[str]]:
    """The rows that the export writes."""
    written = await write_log(order(url, folder, **more))
    return [row for file in written.files for row in read(Path(file).read_bytes())]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" \t\r\n=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("\u200b=1", "'=1"),
        ("\ufeff\0=1", "'=1"),
        ("＝1+1", "'＝1+1"),
        ("＠A1", "'＠A1"),
        ("－1", "'－1"),
        ("一\n二\u2028三", "一 二 三"),
        ("他说=好", "他说=好"),
        ('"引号",逗号', '"引号",逗号'),
        ("😀𠀀", "😀𠀀"),
        ("半个\ud83d", "半个"),
        ("", ""),
        (-0.5, "-0.5"),
    ],
)
def test_no_cell_is_a_formula(typed: str | float, shown: str) -> None:
    """What a spreadsheet would reckon with is text, and stays on one line; numbers are numbers."""
    assert cell(typed) == shown


async def test_a_table_tells_what_was_asked_and_not_by_whom(
    storage: Storage, database_url: str, tmp_path: Path
) -> None:
    """The hour, the question without telephone numbers, what came of it; nothing of people, chats
    or the order within an hour, and nothing from outside the period or erased."""
    rows = [
        ("2026-10-31T23:59:59", ANNA, "太早了", Status.ANSWERED),
        ("2026-11-01T00:00:00", ANNA, "我的电话13800138000，=谁管", Status.UNKNOWN),
        ("2026-11-02T09:59:59", BELA, "=丙", Status.ANSWERED),
        ("2026-11-02T09:00:00", ANNA, "丁", Status.ANSWERED),
        ("2026-11-02T09:30:00", ANNA, "乙", Status.CHAT),
        ("2026-11-03T12:00:00", EDITOR, "要删的", Status.ANSWERED),
        ("2026-12-01T00:00:00", ANNA, "太晚了", Status.ANSWERED),
    ]
    for when, user, text, status in rows:
        number = await storage.record_question(
            replace(
                ASKED,
                user=user,
                chat=GROUP,
                resolved=text,
                status=status,
                lack=Lack.NAME if status is Status.UNKNOWN else None,
                confidence=0.123456,
                target="roads",
                version="v1",
                asked_at=local(when),
            )
        )
        await storage.give_feedback(number, ANNA, 1, ASKED.asked_at)
    await Belongings(storage).forget(EDITOR)
    more = ["0.12", "2024-03-05", "roads", "v1", "1", "0"]
    assert await exported(storage, database_url, tmp_path) == [
        list(SAID.heading),
        ["2026-11-01 00:00", "我的电话〔电话〕，=谁管", "公报里没有", "没有这个名字", *more],
        ["2026-11-02 09:00", "'=丙", "有答案", "", *more],
        ["2026-11-02 09:00", "丁", "有答案", "", *more],
        ["2026-11-02 09:00", "乙", "寒暄", "", *more],
    ]


async def test_pieces_come_together_whole(storage: Storage) -> None:
    """Whatever the size of a piece, every question comes once, in order, also where many share a
    moment."""
    moments = [local("2026-11-02T09:00:00")] * 7 + [local("2026-11-02T09:00:01")] * 3
    for number, moment in enumerate(moments):
        await storage.record_question(replace(ASKED, resolved=str(number), asked_at=moment))
    start, end = local("2026-11-02T09:00:00"), local("2026-11-03T00:00:00")
    for piece in (1, 2, 3, 10, 11):
        found = [entry.question async for entry in Log(storage, piece).between(start, end)]
        assert found == [str(number) for number in range(10)]


def test_files_stay_below_the_limit(tmp_path: Path) -> None:
    """Rows go into as many files as they need, each whole, with its heading."""
    with Tables(tmp_path, "log", ("问题", "数"), 100) as tables:
        for number in range(20):
            tables.write((f"第{number}个问题", number))
    contents = [file.read_bytes() for file in tables.files]
    assert len(contents) > 2
    assert max(map(len, contents)) <= 100
    rows = [read(content) for content in contents]
    assert {tuple(part[0]) for part in rows} == {("问题", "数")}
    assert [row[1] for part in rows for row in part[1:]] == [str(n) for n in range(20)]


def knowledge(tmp_path: Path, **files: str) -> Written:
    content, folder = tmp_path / "content", tmp_path / "out"
    folder.mkdir()
    for name, text in files.items():
        file = content / "qa" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return write_knowledge(
        KnowledgeOrder(content=str(content), folder=str(folder), stem="qa", lead=SAID.file)
    )


def test_knowledge_as_one_readable_file(tmp_path: Path) -> None:
    """The curated files one below the other, comments and all, readable as one list."""
    written = knowledge(tmp_path, a="# 甲\n- id: a\n", b="- id: b\n  quote: 乙\n\n")
    assert written.count == 2
    text = Path(written.files[0]).read_text(encoding="utf-8")
    assert text == (
        "# 文件：qa/a.yaml\n# 甲\n- id: a\n\n# 文件：qa/b.yaml\n- id: b\n  quote: 乙\n"
    )
    assert yaml.safe_load(text) == [{"id": "a"}, {"id": "b", "quote": "乙"}]


def test_knowledge_that_does_not_fit_together(tmp_path: Path) -> None:
    """Files that would not mean the same one below the other are packed as they are."""
    texts = {"a": "- id: a\n", "b": "  - id: b\n", "c": "[{id: c}]\n"}
    written = knowledge(tmp_path, **texts)
    with ZipFile(written.files[0]) as packed:
        found = {name: packed.read(name).decode() for name in packed.namelist()}
    assert found == {f"qa/{name}.yaml": text for name, text in texts.items()}


def test_knowledge_outside_the_folder_stays_there(tmp_path: Path) -> None:
    """A link that leads out of the content folder is not followed."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("- id: secret\n", encoding="utf-8")
    (tmp_path / "content" / "qa").mkdir(parents=True)
    (tmp_path / "content" / "qa" / "link.yaml").symlink_to(secret)
    assert knowledge(tmp_path).files == ()


async def test_export_from_the_first_word_to_the_file(api: FakeApi, bot: Services) -> None:
    """An editor chooses, gets the file and a word that it is done; owners see that it was done."""
    write_content(bot.settings.content.folder)
    now = datetime.now(UTC)
    await bot.storage.record_question(replace(ASKED, resolved="=丙", asked_at=now))
    assert SAID.what in (await told(api, EDITOR, "/export"))[0]
    await api.presses(EDITOR, WORDING.figures.buttons.week)
    await api.until(lambda: SAID.done in api.texts(EDITOR))
    assert [file.name for file in api.uploads] == ["log-7.csv"]
    assert read(api.uploads[0].data)[1][1] == "'=丙"
    assert "共 1 条" in api.texts(EDITOR)[-1]
    await api.presses(EDITOR, SAID.qa)
    await api.until(lambda: len(api.uploads) == 2)
    assert api.uploads[1].name == "qa.yaml"
    assert "estates-2023" in api.uploads[1].data.decode()
    acts = await bot.audit.recent(5)
    assert [(act.deed, act.subject) for act in acts] == [
        ("export-knowledge", ""),
        ("export-log", "7"),
    ]


async def test_nothing_to_export_and_one_at_a_time(api: FakeApi, bot: Services) -> None:
    """An empty log is no file; who asks while another export runs is told so."""
    await told(api, EDITOR, "/export")
    await api.presses(EDITOR, SAID.ever)
    await api.until(lambda: SAID.nothing in api.texts(EDITOR))
    async with asyncio.timeout(20), bot.exports._running:
        await api.presses(EDITOR, SAID.ever)
        await api.until(lambda: SAID.busy in api.texts(EDITOR))
    assert api.uploads == []
