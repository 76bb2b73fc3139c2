"""The content changes while the bot runs: proposed, accepted, refused, taken back."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from fake_api import FakeApi
from town import (
    BUSES,
    DONE,
    DONE_QUOTE,
    EDITOR,
    ENTRIES,
    PAGE,
    settings_for,
    write_content,
)

from bot.opening import open_base
from bot.reloading.edits import Edit
from bot.reloading.reloads import Outdated, Reloads
from bot.reloading.starting import begin
from bot.reloading.versions import Versions
from bot.settings import Settings
from bot.storage import Storage
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


@pytest.mark.parametrize(
    "path",
    ["../out.yaml", "/etc/x.yaml", "qa", "qa/.hidden.yaml", ".", "a/b/c/d/e/f.txt", "a\\b.txt"],
)
async def test_edits_stay_in_the_folder(bot: Process, path: str) -> None:
    """Whatever a path says, nothing outside is written."""
    with pytest.raises(ContentError):
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
