"""A program that puts edits in use without end, and what is left of the content when it is killed.

Run as a program, with a folder and the address of a database, it does so until it is killed.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import re
import sys
from pathlib import Path, PurePosixPath

from bot import checking
from bot.opening import open_base
from bot.reloading.edits import Edit
from bot.reloading.reloads import Reloads
from bot.reloading.starting import begin
from bot.reloading.versions import Versions
from bot.settings import Content, Settings
from bot.storage import Storage
from knowledge.base import Live

_FILES = {
    "{v}/issue.yaml": "date: 2030-01-0{v}\nbulletin: 灯火报\ntitle: 第{v}回\n",
    "{v}/1.txt": "向阳桥第{v}回亮灯\n\n向阳桥的桥灯一共有{v}盏。\n",
    "qa/a.yaml": "- id: a\n  questions: [桥灯有多少盏]\n  quote: 向阳桥的桥灯一共有{v}盏\n",
    "checks.yaml": "- question: 桥灯有多少盏\n  status: answered\n  contains: [{v}盏]\n",
}
_PROPOSING, _ACCEPTING = b"proposing\n", b"accepting\n"  # said before each


def files_of(number: int) -> dict[str, str]:
    """One of two contents that have no issue in common."""
    return {name.format(v=number): text.format(v=number) for name, text in _FILES.items()}


def edits_to(number: int) -> tuple[Edit, ...]:
    """What makes the one content of the other."""
    wanted = files_of(number)
    gone = files_of(3 - number).keys() - wanted.keys()
    return (
        *(Edit(path=PurePosixPath(name), data=text.encode()) for name, text in wanted.items()),
        *(Edit(path=PurePosixPath(name), data=None) for name in sorted(gone)),
    )


def held(folder: Path) -> dict[str, str]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(f.relative_to(folder)): f.read_text(encoding="utf-8") for f in files}


def settings_of(folder: Path) -> Settings:
    return Settings(content=Content(path=folder / "content", copies=folder / "copies"))


async def put_without_end(folder: Path, url: str) -> None:
    """The one content, then the other, and so on."""
    settings, storage = settings_of(folder), await Storage.open(url)
    live = Live(await begin(settings, Versions(storage)))
    reloads = Reloads(live, Versions(storage), settings)
    out = sys.stdout.fileno()
    now = 1 if "1盏" in (folder / "content/checks.yaml").read_text(encoding="utf-8") else 2
    for number in itertools.cycle((3 - now, now)):
        os.write(out, _PROPOSING)
        proposal = await reloads.propose(edits_to(number))
        os.write(out, _ACCEPTING)
        await reloads.accept(proposal, by=1, deed="test")


async def killed(folder: Path, url: str, *, kills: int, longest: float, seed: int = 3) -> str:
    """kill -9 at random moments, and a new start each time: the content is the one or the other
    whole, nothing is wrong with it, and what is in use then is what lies there. In figures."""
    chance, content = random.Random(seed), folder / "content"
    for name, text in files_of(1).items():
        file = content / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    storage, settings = await Storage.open(url), settings_of(folder)
    found, pending = [], 0
    try:
        for _ in range(kills):
            await _killed_once(folder, url, chance, longest)
            pending += any(content.glob(".bulletin-edits*"))
            report = checking.examine(None, content)
            assert report.problems == ()
            (number,) = set(re.findall(r"(\d)盏", "".join(held(content).values())))
            assert held(content) == files_of(int(number))
            base = await begin(settings, Versions(storage))
            assert base.version == open_base(settings).version
            assert f"{number}盏" in base.ask("桥灯有多少盏").text
            found.append(number)
        made = len(await Versions(storage).recent(10_000))
    finally:
        await storage.close()
    return f"{kills} kills, {made} versions put in use, {pending} ended amid writing, {found}"


async def _killed_once(folder: Path, url: str, chance: random.Random, longest: float) -> None:
    """Kill it within `longest` seconds after it began one of its first deeds."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, __file__, str(folder), url), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        for _ in range(chance.randint(1, 4)):
            assert await process.stdout.readline() in (_PROPOSING, _ACCEPTING)
        await asyncio.sleep(chance.uniform(0, longest))
        assert process.returncode is None
    finally:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(put_without_end(Path(sys.argv[1]), sys.argv[2]))
