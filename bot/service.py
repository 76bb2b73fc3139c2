"""The running bot: from settings to an orderly end."""

from __future__ import annotations

import asyncio
import logging
import secrets as randomness
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from telegram.error import Conflict, InvalidToken, TelegramError

from bot import commands, logs
from bot.app import UPDATES, App, compose
from bot.config import Secrets
from bot.connection import PollingRequest
from bot.database import StorageError
from bot.delivery import classify
from bot.reloading.following import following
from bot.reloading.signalled import signalled
from bot.reloading.starting import begin
from bot.reloading.versions import Versions
from bot.reloading.watching import can_watch, watching
from bot.render import notice
from bot.roles import Role
from bot.services import Services
from bot.settings import Settings
from bot.storage import Storage
from bot.wording import Wording
from knowledge.base import Live
from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)

POLL_SECONDS = 25  # how long Telegram holds a request for updates open
SWEEP_SECONDS = 3600
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class _Signals:
    """What the operator's signals ask for, and `refused` when Telegram refuses the token."""

    def __init__(self) -> None:
        self.refused = asyncio.Event()
        self.stop = asyncio.Event()
        self.reload = asyncio.Event()


async def serve(settings: Settings, secrets: Secrets) -> int:
    """Run the bot until SIGTERM or SIGINT; the process's exit code.

    SIGHUP loads the content again. What keeps the bot from running is one sentence on stderr and
    exit code 1.
    """
    if settings.telegram.mode == "webhook" and secrets.webhook_secret is None:
        secrets = replace(secrets, webhook_secret=SecretStr(randomness.token_urlsafe(32)))
    logs.configure(settings.logging.level, secrets.all())
    wording = Wording.load()
    if settings.content.watch and not can_watch():
        return _refused(wording.operator.no_watching)
    async with _signals() as signals:
        try:
            storage = await Storage.open(settings.storage.url)
        except StorageError as error:
            return _refused(str(error))
        try:
            base = await begin(settings, Versions(storage))
            fetching = PollingRequest(signals.refused)
            application, services = compose(
                settings, secrets, Live(base), storage, wording, fetching
            )
            return await _run(application, services, settings, secrets, signals)
        except (KnowledgeError, StorageError) as error:
            return _refused(str(error))
        except InvalidToken:
            return _refused(wording.operator.token_refused)
        except OSError as error:
            if settings.telegram.mode != "webhook":
                raise
            return _refused(_not_listening(settings, wording, error))
        finally:
            await storage.close()


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


def _not_listening(settings: Settings, wording: Wording, error: OSError) -> str:
    webhook = settings.telegram.webhook
    return wording.operator.not_listening.format(
        listen=webhook.listen, port=webhook.port, reason=error.strerror or type(error).__name__
    )


@asynccontextmanager
async def _signals() -> AsyncIterator[_Signals]:
    signals = _Signals()
    loop = asyncio.get_running_loop()
    events = {
        signal.SIGTERM: signals.stop,
        signal.SIGINT: signals.stop,
        signal.SIGHUP: signals.reload,
    }
    for number, event in events.items():
        loop.add_signal_handler(number, event.set)
    try:
        yield signals
    finally:
        for number in events:
            loop.remove_signal_handler(number)


async def _run(
    application: App, services: Services, settings: Settings, secrets: Secrets, signals: _Signals
) -> int:
    """Connect, work until told to stop, finish what was taken in."""
    updater = application.updater
    assert updater is not None
    try:
        if not await _connected(application, signals.stop):
            return 0
        await application.start()
        try:
            await bring_back(application, services)
            await _unless(signals.stop, _listening(application, settings, secrets))
            application.create_task(_publish_commands(application, services))
            async with (
                broadcasting(services),
                services.daily.going(),
                following(services.reloads, services.storage),
                watched(services),
            ):
                await _attend(services, signals)
        finally:
            try:  # first nothing new is taken in, then what was taken in is finished
                if updater.running:
                    await updater.stop()
            finally:
                await application.stop()
    finally:
        await application.shutdown()
        await services.aside.close()
    logger.info("stopped")
    return 0


async def bring_back(application: App, services: Services) -> None:
    """Take up what was taken in before the process last died. Of several processes each would find
    what the others are at, so they leave it for a while."""
    alone = services.settings.telegram.mode == "polling"
    lease = timedelta(seconds=0 if alone else services.settings.announcements.lease_seconds)
    try:
        before = datetime.now(UTC) - lease
        await services.handoff.intake.bring_back(application.update_queue, application.bot, before)
    except StorageError as error:
        logger.error("what was kept from before is not taken up: %s", error)


async def _publish_commands(application: App, services: Services) -> None:
    everybody = await services.roles.everybody()
    staff = await services.handoff.room.current()
    await commands.publish(application.bot, services.wording, everybody, staff)


@asynccontextmanager
async def broadcasting(services: Services) -> AsyncIterator[None]:
    """Announcements and letters go out meanwhile, and who waits for an answer is told; what is
    under way at the end is finished."""
    parts = (services.broadcast, services.handoff.postroom, services.herald)
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
    finally:
        for part in parts:
            part.stop()
        await asyncio.gather(*tasks)


def watched(services: Services) -> AbstractAsyncContextManager[Any]:
    """Watch mode, where it is wanted; all editors are told what came of it."""
    wanted, folder = services.settings.content.watch, services.settings.content.folder

    async def tell(paragraphs: tuple[str, ...]) -> None:
        for editor in await services.roles.everybody(Role.EDITOR):
            await services.delivery.send_all(editor, notice(*paragraphs))

    return watching(services.reloads, folder, services.wording, tell, wanted=wanted)


async def _connected(application: App, stop: asyncio.Event) -> bool:
    """Introduce ourselves to Telegram, again and again while it cannot be reached. False when
    told to stop meanwhile. Raises InvalidToken."""
    pause = _FIRST_PAUSE
    while not stop.is_set():
        try:
            if await _unless(stop, application.initialize()):
                logger.info("connected as @%s", application.bot.username)
                if not application.bot.can_read_all_group_messages:
                    logger.info("privacy mode is on: in groups, @mentions may not reach the bot")
                return True
        except InvalidToken:
            raise
        except TelegramError as error:
            receipt = classify(error)
            wait = max(pause, receipt.wait or 0.0)
            logger.warning("Telegram not reached (%s); next try in %.1f s", receipt.reason, wait)
            await _unless(stop, asyncio.sleep(wait))
            pause = min(2 * pause, _LONGEST_PAUSE)
    return False


async def _listening(application: App, settings: Settings, secrets: Secrets) -> None:
    """Begin to take updates in, the way the settings say."""
    updater = application.updater
    assert updater is not None
    if settings.telegram.mode == "polling":
        await updater.start_polling(
            timeout=POLL_SECONDS,
            bootstrap_retries=-1,
            allowed_updates=UPDATES,
            error_callback=_not_fetched,
        )
        logger.info("polling for updates")
        return
    webhook = settings.telegram.webhook
    assert webhook.public_url is not None
    assert secrets.webhook_secret is not None
    await updater.start_webhook(
        listen=webhook.listen,
        port=webhook.port,
        url_path=urlsplit(webhook.public_url).path.lstrip("/"),
        webhook_url=webhook.public_url,
        secret_token=secrets.webhook_secret.get_secret_value(),
        bootstrap_retries=-1,
        allowed_updates=UPDATES,
    )
    logger.info("listening for updates on %s:%s", webhook.listen, webhook.port)


def _not_fetched(error: TelegramError) -> None:
    """Fetching failed; it goes on by itself."""
    if isinstance(error, Conflict):
        logger.error("another program fetches updates with the same token: %s", error)
    else:
        logger.warning("updates not fetched: %s", error)


async def _attend(services: Services, signals: _Signals) -> None:
    """Reload when asked, sweep now and then, until told to stop. Raises InvalidToken when
    Telegram stops taking the token."""
    while not signals.stop.is_set():
        await services.ledger.sweep(datetime.now(UTC))
        await _first(SWEEP_SECONDS, signals.stop, signals.reload, signals.refused)
        if signals.refused.is_set():
            raise InvalidToken
        if signals.reload.is_set():
            signals.reload.clear()
            await _unless(signals.stop, signalled(services.reloads))


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, Any]) -> bool:
    """Do `work`, but leave it when told to stop; whether it was finished."""
    task = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        if not task.done():
            task.cancel()
    if task.done():
        task.result()
        return True
    await asyncio.wait((task,))
    return False


async def _first(seconds: float, *events: asyncio.Event) -> None:
    """Wait until one of the events is set, or `seconds` have passed."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
