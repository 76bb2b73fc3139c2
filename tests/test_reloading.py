"""The content changes while the bot runs: proposed, accepted, refused, taken back."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from fake_api import PATIENCE, FakeApi
from kills import killed
from swaps import swapped_under_load
from town import (
    BUSES,
    DONE,
    DONE_QUOTE,
    EDITOR,
    ENTRIES,
    OWNER,
    PAGE,
    settings_for,
    write_content,
)

from bot.opening import open_base
from bot.reloading import apart, commanding, journal, reloads, watching
from bot.reloading.assembling import Order
from bot.reloading.copies import Copy
from bot.reloading.edits import Edit
from bot.reloading.following import following
from bot.reloading.reloads import Outdated, Reloads
from bot.reloading.starting import begin
from bot.reloading.versions import Versions
from bot.settings import Settings
from bot.storage import Storage
from bot.wording import Wording
from knowledge.base import KnowledgeBase, Live
from knowledge.errors import ContentError
from knowledge.model import Status

TAUGHT = PurePosixPath("qa/taught.yaml")
ALIAS = "- id: taught\n  questions: [小巴士有哪些]\n  quote: 临河区开通社区公交线路4条\n"
CHANGED = PAGE.replace("12个", "15个")
CHANGED_ENTRIES = ENTRIES.replace("12个", "15个")


def edit(text: str | None, path: str = "qa/taught.yaml") -> Edit:
    return Edit(path=PurePosixPath(path), data=None if text is None else text.encode())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A bot's settings in a folder of its own, with the town's content."""
    write_content(tmp_path / "content")
    return settings_for(FakeApi(), tmp_path)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(f"sqlite:///{tmp_path}/bulletin.db")
    yield storage
    await storage.close()


class Process:
    """One running bot, without Telegram."""

    def __init__(self, settings: Settings, storage: Storage, base: KnowledgeBase) -> None:
        self.live = Live(base)
        self.folder = settings.content.folder
        self.reloads = Reloads(self.live, Versions(storage), settings)

    def says(self, question: str) -> str:
        answer = self.live.current.ask(question)
        assert self.live.current.verified(answer)
        return answer.text if answer.status is Status.ANSWERED else ""

    async def put(self, *edits: Edit) -> None:
        proposal = await self.reloads.propose(edits)
        await self.reloads.accept(proposal, by=EDITOR, deed="test")


async def process(settings: Settings, storage: Storage) -> Process:
    return Process(settings, storage, await begin(settings, Versions(storage)))


@pytest.fixture
async def bot(settings: Settings, storage: Storage) -> Process:
    return await process(settings, storage)


async def test_what_is_accepted_is_in_use_and_in_the_folder(bot: Process) -> None:
    """An edit is built aside, compared by name, and changes nothing before it is accepted."""
    assert bot.says("小巴士有哪些") == ""
    proposal = await bot.reloads.propose([edit(ALIAS)])
    assert proposal.clean
    assert proposal.diff.entries.added == ("“小巴士有哪些”",)
    assert (proposal.diff.entries.changed, proposal.diff.articles.added) == ((), ())
    assert not (bot.folder / TAUGHT).exists()
    assert bot.says("小巴士有哪些") == ""
    version = await bot.reloads.accept(proposal, by=EDITOR, deed="test")
    assert (version.by, version.version) == (EDITOR, bot.live.current.version)
    assert (bot.folder / TAUGHT).read_text(encoding="utf-8") == ALIAS
    assert "4条" in bot.says("小巴士有哪些")
    assert await bot.reloads.read(TAUGHT) == ALIAS.encode()
    assert open_base(bot.reloads._settings).version == bot.live.current.version


async def test_a_changed_folder_is_told_of_by_name(bot: Process) -> None:
    """Articles and entries added, changed and gone."""
    page = bot.folder / "2024-03-05/1.txt"
    page.write_text(CHANGED, encoding="utf-8")
    entries = CHANGED_ENTRIES.partition("- id: buses")[0]
    (bot.folder / "qa/town.yaml").write_text(entries, encoding="utf-8")
    later = write_content(bot.folder / "later")
    (later / "qa/town.yaml").unlink()
    title = later / "2024-03-05/1.txt"
    title.write_text("邻里节开幕\n\n3月9日，邻里节开幕，请来看看。\n", encoding="utf-8")
    proposal = await bot.reloads.propose()
    assert proposal.diff.articles.changed == ("《临河区召开为民办实事推进会》（2024-03-05）",)
    assert proposal.diff.articles.added == ("《邻里节开幕》（2024-03-05）",)
    assert proposal.diff.entries.changed == (f"“{DONE}”",)
    assert proposal.diff.entries.gone == (f"“{BUSES}”",)
    await bot.reloads.accept(proposal, by=EDITOR, deed="test")
    assert "15个" in bot.says(DONE)


async def test_a_proposal_that_others_overtook_is_outdated(bot: Process) -> None:
    """By another proposal, or by a hand in the folder; then nothing is written."""
    first = await bot.reloads.propose([edit(ALIAS)])
    second = await bot.reloads.propose([edit(ALIAS, "qa/other.yaml")])
    await bot.reloads.accept(first, by=EDITOR, deed="test")
    with pytest.raises(Outdated):
        await bot.reloads.accept(second, by=EDITOR, deed="test")
    assert not (bot.folder / "qa/other.yaml").exists()
    third = await bot.reloads.propose([edit(None)])
    (bot.folder / "checks.yaml").write_text("", encoding="utf-8")
    with pytest.raises(Outdated):
        await bot.reloads.accept(third, by=EDITOR, deed="test")
    assert (bot.folder / TAUGHT).exists()


async def test_an_edit_does_not_replace_what_was_changed_by_hand(bot: Process) -> None:
    """A file that somebody changed in the folder since, and nobody read in yet; other files can
    be edited meanwhile, and the hand's work stays."""
    await bot.put(edit(ALIAS))
    by_hand = ALIAS.replace("小巴士", "小客车")
    (bot.folder / TAUGHT).write_text(by_hand, encoding="utf-8")
    with pytest.raises(Outdated):
        await bot.reloads.propose([edit(None)])
    await bot.put(edit(None, "qa/town.yaml"))
    assert (bot.folder / TAUGHT).read_text(encoding="utf-8") == by_hand
    assert await bot.reloads.read(TAUGHT) == ALIAS.encode()


async def test_edits_stay_in_the_folder(bot: Process) -> None:
    """Whatever a path says, nothing outside is written."""
    (bot.folder / "away").symlink_to(bot.folder.parent)
    for path in (
        "../out.yaml",
        "/etc/x.yaml",
        "qa",
        "qa/.hidden.yaml",
        ".",
        "a/b/c/d/e/f.txt",
        "a\\b.txt",
        "away/x.txt",
        "x" * 201,
    ):
        with pytest.raises(ContentError, match="文件"):
            await bot.reloads.propose([edit(ALIAS, path)])


async def test_what_is_wrong_is_refused_with_its_line(bot: Process) -> None:
    """Nothing is written and nothing swapped, and the old answers go on."""
    before = bot.live.current
    with pytest.raises(ContentError) as error:
        await bot.reloads.propose([edit("- id: bad\n  questions: [有吗]\n  quote: 没有这一句\n")])
    assert f"{bot.folder}/qa/taught.yaml:3" in str(error.value)
    assert bot.live.current is before
    assert not (bot.folder / TAUGHT).exists()
    assert DONE_QUOTE in bot.says(DONE)
    await bot.put(edit(ALIAS))


async def test_a_rollback_outlives_a_restart(
    bot: Process, settings: Settings, storage: Storage
) -> None:
    """The folder goes back too; what was left is kept, and can be gone to again."""
    first = await bot.reloads.versions.newest()
    await bot.put(edit(ALIAS))
    second = await bot.reloads.versions.newest()
    back = await bot.reloads.propose_back(first.id)
    assert back.diff.entries.gone == ("“小巴士有哪些”",)
    await bot.reloads.accept(back, by=EDITOR, deed="rollback")
    assert not (bot.folder / TAUGHT).exists()
    again = await process(settings, storage)
    assert again.live.current.version == first.version
    assert (await again.reloads.versions.newest()).deed == "rollback"
    opened = await again.reloads.opened(second.version)
    assert opened is not None
    assert opened.version == second.version
    await again.reloads.accept(
        await again.reloads.propose_back(second.id), by=EDITOR, deed="rollback"
    )
    assert "4条" in again.says("小巴士有哪些")


async def test_a_version_that_gave_an_answer_can_be_opened_as_long_as_it_is_kept(
    settings: Settings, storage: Storage
) -> None:
    """The last versions are kept, each once; older ones are gone."""
    content = settings.content.model_copy(update={"keep_versions": 2})
    bot = await process(settings.model_copy(update={"content": content}), storage)
    versions = [bot.live.current.version]
    for word in ("小巴士", "小客车"):
        await bot.put(edit(ALIAS.replace("小巴士", word)))
        versions.append(bot.live.current.version)
    assert await bot.reloads.opened(versions[0]) is None
    assert await bot.reloads.opened("odd") is None
    old = await bot.reloads.opened(versions[1])
    assert old is not None
    assert "4条" in old.ask("小巴士有哪些").text
    assert len(list(settings.content.copies_folder.iterdir())) == 2
    assert [v.version for v in await bot.reloads.earlier()] == [versions[1]]


async def test_a_folder_broken_while_no_bot_ran_stops_no_bot(
    bot: Process, settings: Settings, storage: Storage
) -> None:
    """It begins with the version last in use; once mended, the folder is what counts."""
    await bot.put(edit(ALIAS))
    (bot.folder / "qa/town.yaml").write_text("- id: [", encoding="utf-8")
    again = await process(settings, storage)
    assert again.live.current.version == bot.live.current.version
    assert await again.reloads.differs(await again.reloads.versions.newest())
    (bot.folder / "qa/town.yaml").write_text(ENTRIES, encoding="utf-8")
    (bot.folder / TAUGHT).unlink()
    mended = await process(settings, storage)
    assert mended.says("小巴士有哪些") == ""
    assert (await mended.reloads.versions.newest()).deed == "start"


async def test_a_lost_cache_stops_nothing(
    bot: Process, settings: Settings, storage: Storage
) -> None:
    """Without any copy the folder alone is used, and what is in use is kept anew."""
    await bot.put(edit(ALIAS))
    shutil.rmtree(settings.content.copies_folder)
    await bot.put(edit(ALIAS.replace("小巴士", "小客车")))
    assert "4条" in bot.says("小客车有哪些")
    shutil.rmtree(settings.content.copies_folder)
    again = await process(settings, storage)
    assert "4条" in again.says("小客车有哪些")
    assert await again.reloads.earlier() == ()
    with pytest.raises(Outdated):
        await again.reloads.propose_back(1)


async def test_a_folder_that_cannot_be_written_changes_nothing(
    bot: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what is in use nor what is noted."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    proposal = await bot.reloads.propose([edit(ALIAS)])
    before = await bot.reloads.versions.newest()
    monkeypatch.setattr(journal, "_write", full)
    with pytest.raises(ContentError, match="内容文件夹写不进"):
        await bot.reloads.accept(proposal, by=EDITOR, deed="test")
    assert await bot.reloads.versions.newest() == before
    assert bot.live.current.version == before.version
    assert sorted(file.name for file in bot.folder.iterdir()) == ["2024-03-05", "qa"]


async def test_the_regression_questions_that_newly_fail(bot: Process) -> None:
    """Those that failed before are not held against a change; new ones that fail are."""
    failing = "- question: 有没有游泳馆\n  status: answered\n"
    await bot.put(edit(failing, "checks.yaml"))
    more = f"{failing}- question: {DONE}\n  status: answered\n  contains: [99个]\n"
    proposal = await bot.reloads.propose([edit(more, "checks.yaml")])
    assert [problem.line for problem in proposal.failing] == [3]
    assert not proposal.clean
    assert not proposal.diff


async def test_a_large_content_is_built_in_a_process_of_its_own(
    bot: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same outcome: the snapshot, what is wrong, a copy that is gone; and progress."""
    monkeypatch.setattr(reloads, "_LARGE", 0)
    monkeypatch.setattr(reloads, "assemble", None)
    steps: list[tuple[int, int]] = []
    (bot.folder / "2024-03-05/1.txt").write_text(CHANGED, encoding="utf-8")
    (bot.folder / "qa/town.yaml").write_text(CHANGED_ENTRIES, encoding="utf-8")
    proposal = await bot.reloads.propose(progress=lambda *step: steps.append(step))
    assert proposal.diff.entries.changed == (f"“{DONE}”",)
    await bot.reloads.accept(proposal, by=0, deed="test")
    assert steps == [(1, 1)]
    assert "15个" in bot.says(DONE)
    with pytest.raises(ContentError) as error:
        await bot.reloads.propose([edit("- id: [")])
    assert f"{bot.folder}/qa/taught.yaml:2" in str(error.value)
    before = await bot.reloads.versions.get(1)
    shutil.rmtree(bot.reloads._copies.root / before.digest)
    with pytest.raises(Outdated):
        await bot.reloads.propose_back(1)


async def test_what_was_put_together_apart_is_not_put_together_again(
    bot: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot is taken from the catalog as the other process left it; where that has changed
    meanwhile, the copy is opened instead."""
    monkeypatch.setattr(reloads, "_LARGE", 0)
    opened: list[Copy] = []
    opening = reloads.open_copy

    def noting(order: Order, copy: Copy) -> KnowledgeBase:
        opened.append(copy)
        return opening(order, copy)

    monkeypatch.setattr(reloads, "open_copy", noting)
    await bot.put(edit(ALIAS))
    assert "4条" in bot.says("小巴士有哪些")
    assert opened == []
    monkeypatch.setattr(KnowledgeBase, "successor", lambda *_: None)
    await bot.put(edit(ALIAS.replace("小巴士", "小公交")))
    assert "4条" in bot.says("小公交有哪些")
    assert len(opened) == 1


async def test_a_process_that_dies_costs_only_time(
    bot: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the content is built here."""
    monkeypatch.setattr(reloads, "_LARGE", 0)
    monkeypatch.setattr(apart, "__name__", "bot.no_such_module")
    await bot.put(edit(ALIAS))
    assert "4条" in bot.says("小巴士有哪些")


async def test_processes_follow_one_another(settings: Settings, database_url: str) -> None:
    """What one puts in use, the others use within moments, and so does who comes back; a
    rollback too."""
    storages = [await Storage.open(database_url) for _ in range(2)]
    try:
        one, other = [await process(settings, storage) for storage in storages]
        async with following(other.reloads, storages[1]):
            await asyncio.sleep(0.05)
            await one.put(edit(ALIAS))
            await until(lambda: "4条" in other.says("小巴士有哪些"))
            assert other.live.current.version == one.live.current.version
            back = await one.reloads.propose_back(1)
            await one.reloads.accept(back, by=EDITOR, deed="rollback")
            await until(lambda: other.live.current.version == one.live.current.version)
        stale = await other.reloads.propose([edit(ALIAS)])
        await one.put(edit(ALIAS, "qa/other.yaml"))
        with pytest.raises(Outdated):
            await other.reloads.accept(stale, by=OWNER, deed="test")
    finally:
        for storage in storages:
            await storage.close()


async def test_a_lost_connection_is_made_again(settings: Settings, postgres: Any) -> None:
    """Whoever no longer hears of news looks for it, and listens anew."""
    postgres.psql("CREATE DATABASE deaf")
    storage = await Storage.open(str(postgres.get_uri("deaf")))
    try:
        one, other = [await process(settings, storage) for _ in range(2)]
        async with following(other.reloads, storage):
            await asyncio.sleep(0.2)
            ours = "query LIKE 'LISTEN%'"
            postgres.psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
            await one.put(edit(ALIAS))
            await until(lambda: other.live.current.version == one.live.current.version)
    finally:
        await storage.close()


async def test_where_the_copy_is_not_at_hand_the_same_folder_serves(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """A process on another machine, whose content folder holds the same."""
    away = settings.content.model_copy(update={"copies": tmp_path / "away"})
    one = await process(settings, storage)
    other = await process(settings.model_copy(update={"content": away}), storage)
    await one.put(edit(ALIAS))
    await other.reloads.follow()
    assert "4条" in other.says("小巴士有哪些")


async def test_watch_mode_swaps_what_is_clean_and_tells_of_the_rest(
    bot: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the files have settled; the same thing is told once."""
    monkeypatch.setattr(watching, "QUIET", 100)
    told: list[tuple[str, ...]] = []

    async def tell(paragraphs: tuple[str, ...]) -> None:
        told.append(paragraphs)

    wording = Wording.load()
    async with watching.watching(bot.reloads, bot.folder, wording, tell, wanted=True):
        await asyncio.sleep(0.3)
        for _ in range(3):
            (bot.folder / TAUGHT).write_text("- id: [", encoding="utf-8")
            await asyncio.sleep(0.3)
        await until(lambda: told)
        assert "qa/taught.yaml:2" in told[0][1]
        assert bot.says("小巴士有哪些") == ""
        (bot.folder / TAUGHT).write_text(ALIAS, encoding="utf-8")
        await until(lambda: "4条" in bot.says("小巴士有哪些"))
        await until(lambda: len(told) == 2)
    assert told[1] == (wording.reloading.watched, "问答新增 1：“小巴士有哪些”")
    assert (await bot.reloads.versions.newest()).deed == "watch"


async def test_the_command_puts_in_use_what_is_clean(
    bot: Process, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """It prints what changes, and 1 with every problem where it is refused; --yes is for what
    newly fails."""

    async def command(code: int, *, sure: bool = False) -> str:
        assert await asyncio.to_thread(commanding.reload, settings, sure=sure) == code
        await bot.reloads.follow()
        return "".join(capsys.readouterr())

    said = Wording.load().reloading
    assert said.same in await command(0)
    (bot.folder / TAUGHT).write_text("- id: [", encoding="utf-8")
    assert f"{bot.folder}/qa/taught.yaml:2" in await command(1)
    (bot.folder / TAUGHT).write_text(ALIAS, encoding="utf-8")
    (bot.folder / "checks.yaml").write_text(
        "- question: 问\n  status: answered\n", encoding="utf-8"
    )
    told = await command(1)
    assert "checks.yaml:1" in told
    assert said.unsure in told
    assert bot.says("小巴士有哪些") == ""
    told = await command(0, sure=True)
    assert "问答新增 1：“小巴士有哪些”" in told
    assert "4条" in bot.says("小巴士有哪些")


async def until(condition: Callable[[], object]) -> None:
    """Wait for what must come."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


async def test_every_reply_under_swaps_is_of_one_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions without a pause while the content is swapped, sometimes in vain."""
    monkeypatch.setattr("corpus._DRAWN", 2000)
    figures = await swapped_under_load(tmp_path, 300, reloads=4, invalid=1, quietly=0)
    assert (figures.swapped, figures.refused) == (3, 1)
    assert figures.mixed == []
    assert len(figures.seen) > 1


async def test_killed_anywhere_the_content_is_old_or_new(
    tmp_path: Path, database_url: str
) -> None:
    """kill -9 amid proposals and edits: nothing is mixed, and `check` is clean."""
    kills = 2 if database_url.startswith("sqlite") else 1
    await killed(tmp_path, database_url, kills=kills, longest=0.1)
