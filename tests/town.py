"""A small bulletin of an invented town, and the real application over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from databases import prepare
from fake_api import TOKEN, FakeApi
from pydantic import SecretStr

from bot.app import UPDATES, compose
from bot.config import Secrets
from bot.connection import PollingRequest
from bot.opening import open_base
from bot.service import bring_back, broadcasting
from bot.services import Services
from bot.settings import Announcements, Answers, Content, Handoff, Roles, Settings, Store, Telegram
from bot.storage import Storage
from bot.wording import Wording
from knowledge.base import KnowledgeBase, Live

_WORDING = Wording.load()
PAGE = """临河区召开为民办实事推进会

3月4日,临河区召开为民办实事推进会,部署全年重点工作。

会上通报,2023年,全区改造老旧小区12个,新建口袋公园5个。2024年,计划改造老旧小区9个,新建口袋公园3个。

看病更省心

区人大代表、临河医院护士长周梅说:“家里老人看病排队太久。建议在社区设立代挂号服务点,让老人少跑路。”

出行更方便

2023年,临河区开通社区公交线路4条,方便居民到医院和菜场。

·王一 李二·
"""
ISSUE = "date: 2024-03-05\nbulletin: 临河区公报\ntitle: 三月第一期\n"
ENTRIES = """- id: estates-2023
  stance: done
  quote: 2023年,全区改造老旧小区12个,新建口袋公园5个。
  questions: [2023年改造了多少个老旧小区]
- id: estates-2024
  stance: plan
  quote: 2024年,计划改造老旧小区9个,新建口袋公园3个。
  questions: [2024年计划改造多少个老旧小区]
- id: booking
  stance: proposal
  speaker: {name: 周梅, post: 区人大代表、临河医院护士长, verb: 说}
  quote: 建议在社区设立代挂号服务点,让老人少跑路。
  questions: [代挂号服务点是谁提的建议]
- id: buses
  stance: done
  quote: 2023年,临河区开通社区公交线路4条,方便居民到医院和菜场。
  questions: [开通了几条社区公交线路]
"""
DONE = "2023年改造了多少个老旧小区"
DONE_QUOTE = "2023年,全区改造老旧小区12个,新建口袋公园5个。"
LATER = "那2024年呢？"
PLAN = "2024年计划改造多少个老旧小区"
PLAN_QUOTE = "2024年,计划改造老旧小区9个,新建口袋公园3个。"
PROPOSAL = "代挂号服务点是谁提的建议"
PROPOSAL_QUOTE = "建议在社区设立代挂号服务点,让老人少跑路。"
BUSES = "开通了几条社区公交线路"
BUSES_QUOTE = "2023年,临河区开通社区公交线路4条,方便居民到医院和菜场。"


def write_content(root: Path, page: str = PAGE, entries: str = ENTRIES) -> Path:
    """The town's content folder under `root`."""
    files = {"2024-03-05/issue.yaml": ISSUE, "2024-03-05/1.txt": page, "qa/town.yaml": entries}
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


EDITOR, OWNER = 99, 98


def settings_for(
    api: FakeApi,
    folder: Path,
    answers: Answers | None = None,
    *,
    url: str | None = None,
    announcements: Announcements | None = None,
    staff_chat: int | None = None,
    handoff: Handoff | None = None,
) -> Settings:
    """Settings for a bot in `folder`, which holds its content and, if `url` names no other, its
    database."""
    return Settings(
        content=Content(path=folder / "content"),
        storage=Store(url=url or f"sqlite:///{folder}/bulletin.db"),
        telegram=Telegram(base_url=api.url, base_file_url=api.file_url),
        roles=Roles(owners=(OWNER,), editors=(EDITOR,), staff_chat=staff_chat),
        answers=answers or Answers(),
        announcements=announcements or Announcements(),
        handoff=handoff or Handoff(),
    )


def town_base(folder: Path, answers: Answers | None = None) -> KnowledgeBase:
    """The knowledge base over the town's bulletin, written to `folder`/content."""
    write_content(folder / "content")
    return open_base(
        Settings(content=Content(path=folder / "content"), answers=answers or Answers())
    )


@asynccontextmanager
async def running(
    api: FakeApi,
    folder: Path,
    base: KnowledgeBase,
    patience: float = 10.0,
    settings: Settings | None = None,
) -> AsyncIterator[Services]:
    """The real application, fetching its updates from `api`; stopped in order at the end."""
    settings = settings or settings_for(api, folder)
    prepare(settings.storage.url)
    storage = await Storage.open(settings.storage.url)
    secrets = Secrets(token=SecretStr(TOKEN))
    fetching = PollingRequest(asyncio.Event())
    application, services = compose(settings, secrets, Live(base), storage, _WORDING, fetching)
    services.delivery.patience = patience
    try:
        async with application:
            await application.start()
            assert application.updater is not None
            await bring_back(application, services)
            await application.updater.start_polling(timeout=5, allowed_updates=UPDATES)
            try:
                async with broadcasting(services):
                    yield services
            finally:
                await application.updater.stop()
                await application.stop()
    finally:
        await services.aside.close()
        await storage.close()
