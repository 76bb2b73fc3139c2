"""The installed `bulletin-bot run` as a process against a fake Bot API over real HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from fake_api import PATIENCE, TOKEN, FakeApi, Refusal
from town import DONE, DONE_QUOTE, PAGE, PLAN, PLAN_QUOTE, write_content

from bot.app import UPDATES

PROGRAM = Path(sys.executable).parent / "bulletin-bot"
ANNA, BELA = 4201, 4202


class Bot:
    """A running bot; what it says on stderr is gathered."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""
        assert process.stderr is not None
        self._reading = asyncio.create_task(self._read(process.stderr))

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self.said += line.decode()

    async def ended(self) -> int:
        """The exit code, once the process has ended by itself."""
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            await self._reading
        return code

    async def stopped(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return await self.ended()

    async def says(self, words: str) -> None:
        """Wait for a log line that holds `words`."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.said:
                assert not self._reading.done(), self.said
                await asyncio.sleep(0.02)


@asynccontextmanager
async def started(url: str, folder: Path, **environment: str) -> AsyncIterator[Bot]:
    """`bulletin-bot run` in `folder`, over the town's bulletin; killed at the end if need be."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("BULLETIN", "TELEGRAM"))}
    own: Mapping[str, str] = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "BULLETIN__TELEGRAM__BASE_URL": url,
        "BULLETIN__CONTENT__PATH": str(folder / "content"),
        "BULLETIN__STORAGE__URL": f"sqlite:///{folder}/bulletin.db",
    }
    write_content(folder / "content")
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        "run",
        cwd=folder,
        env={k: v for k, v in {**inherited, **own, **environment}.items() if v},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    bot = Bot(process)
    try:
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
            await bot.ended()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def webhook(port: int) -> dict[str, str]:
    return {
        "BULLETIN__TELEGRAM__MODE": "webhook",
        "BULLETIN__TELEGRAM__WEBHOOK__PORT": str(port),
        "BULLETIN__TELEGRAM__WEBHOOK__PUBLIC_URL": f"http://127.0.0.1:{port}/hook/telegram",
    }


async def test_polling_from_start_to_stop(api: FakeApi, tmp_path: Path) -> None:
    """It answers, publishes its commands, asks for the updates it handles, and ends with 0."""
    async with started(api.url, tmp_path) as bot:
        await api.says(ANNA, DONE)
        assert DONE_QUOTE in (await api.reply(ANNA, 1))["text"]
        await api.until(lambda: len(api.commands) == 4)
        assert await bot.stopped() == 0
    assert "Traceback" not in bot.said
    private = [command["command"] for command in api.commands["all_private_chats"]]
    assert private == [
        "start",
        "ask",
        "issue",
        "help",
        "subscribe",
        "unsubscribe",
        "privacy",
        "forgetme",
    ]
    groups = [command["command"] for command in api.commands["all_group_chats"]]
    assert groups == ["start", "ask", "help"]
    admins = [command["command"] for command in api.commands["all_chat_administrators"]]
    assert admins == ["start", "ask", "help", "settings"]
    fetched = api.made("getUpdates")[0].params["allowed_updates"]
    assert fetched == list(UPDATES)


async def test_commands_that_cannot_be_published_stop_nothing(
    api: FakeApi, tmp_path: Path
) -> None:
    """A refusal of setMyCommands is a warning; Ctrl-C ends the bot as SIGTERM does."""
    api.fail("setMyCommands", refusal=Refusal(400, "Bad Request: BOT_COMMAND_INVALID"), times=3)
    async with started(api.url, tmp_path) as bot:
        await api.says(ANNA, DONE)
        assert DONE_QUOTE in (await api.reply(ANNA, 1))["text"]
        await bot.says("commands not published")
        assert await bot.stopped(signal.SIGINT) == 0


async def test_stopping_loses_no_message(api: FakeApi, tmp_path: Path) -> None:
    """With slow sending and SIGTERM in the middle, what was fetched is answered before the end,
    and the rest after the next start: each message once."""
    async with started(api.url, tmp_path) as bot:
        await api.says(ANNA, PLAN)
        await api.reply(ANNA, 1)
        api.fail("sendMessage", delay=0.1, times=24)
        for number in range(24):
            await api.says(5000 + number % 3, DONE)
        await api.until(lambda: api.sent(5000))
        assert await bot.stopped() == 0
    async with started(api.url, tmp_path) as bot:
        await bot.says("polling for updates")
        await api.until(lambda: sum(len(api.sent(5000 + chat)) for chat in range(3)) >= 24)
        assert await bot.stopped() == 0
    assert [len(api.sent(5000 + chat)) for chat in range(3)] == [8, 8, 8]


async def test_a_webhook_takes_only_what_bears_the_secret(api: FakeApi, tmp_path: Path) -> None:
    """Without a secret of the operator's one is made at random; others are turned away."""
    async with started(api.url, tmp_path, **webhook(free_port())) as bot:
        await bot.says("listening for updates")
        assert len(api.webhook["secret_token"]) >= 32
        update = {
            "update_id": 1,
            "message": {
                "message_id": 900,
                "date": 1_700_000_000,
                "chat": {"id": BELA, "type": "private"},
                "from": {"id": BELA, "is_bot": False, "first_name": "乙"},
                "text": PLAN,
            },
        }
        assert await api.deliver(update, "wrong") == 403
        assert await api.deliver(update, None) == 403
        await api.says(ANNA, DONE)
        assert DONE_QUOTE in (await api.reply(ANNA, 1))["text"]
        assert api.sent(BELA) == []
        assert await bot.stopped() == 0
    assert api.webhook["secret_token"] not in bot.said


async def test_a_webhook_with_the_operators_secret_answers_all_before_it_stops(
    api: FakeApi, tmp_path: Path
) -> None:
    """The secret of the environment is used, and what was accepted is answered."""
    environment = {**webhook(free_port()), "TELEGRAM_WEBHOOK_SECRET": "a-secret_of_ours"}
    async with started(api.url, tmp_path, **environment) as bot:
        await bot.says("listening for updates")
        assert api.webhook["secret_token"] == "a-secret_of_ours"
        api.fail("sendMessage", delay=0.1, times=6)
        for _ in range(6):
            await api.says(ANNA, DONE)
        assert await bot.stopped() == 0
    assert len(api.sent(ANNA)) == 6


async def test_a_port_that_is_taken_is_one_sentence(api: FakeApi, tmp_path: Path) -> None:
    """The webhook's port belongs to somebody else: exit 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with started(api.url, tmp_path, **webhook(taken.getsockname()[1])) as bot:
            assert await bot.ended() == 1
    assert "telegram.webhook" in bot.said
    assert "Traceback" not in bot.said


async def test_a_refused_token_is_one_sentence(api: FakeApi, tmp_path: Path) -> None:
    """Exit 1, and the sentence does not repeat the token."""
    api.fail("getMe", refusal=Refusal(404, "Not Found"))
    async with started(api.url, tmp_path) as bot:
        assert await bot.ended() == 1
    assert bot.said.count("\n") == 1
    assert "Telegram 不认这个令牌" in bot.said
    assert TOKEN not in bot.said


async def test_a_token_revoked_meanwhile_ends_the_bot(api: FakeApi, tmp_path: Path) -> None:
    """Fetching that will never work again is not mistaken for silence."""
    async with started(api.url, tmp_path) as bot:
        await api.says(ANNA, DONE)
        await api.reply(ANNA, 1)
        api.token = "123456789:another"
        await api.push("message", api._new(BELA, api._person(BELA, None), {"text": DONE}))
        assert await bot.ended() == 1
    assert "Telegram 不认这个令牌" in bot.said
    assert TOKEN not in bot.said


async def test_no_token_is_one_sentence(api: FakeApi, tmp_path: Path) -> None:
    """Exit 1 before anything is tried."""
    async with started(api.url, tmp_path, TELEGRAM_BOT_TOKEN="") as bot:
        assert await bot.ended() == 1
    assert "TELEGRAM_BOT_TOKEN" in bot.said
    assert "Traceback" not in bot.said
    assert api.calls == []


async def test_telegram_may_be_away_at_the_start(tmp_path: Path) -> None:
    """The bot waits for it, and answers once it is there; told to stop meanwhile, it stops."""
    port = free_port()
    async with started(f"http://127.0.0.1:{port}/bot", tmp_path) as bot:
        await bot.says("next try")
        async with FakeApi(port=port) as api:
            await api.says(ANNA, DONE)
            assert DONE_QUOTE in (await api.reply(ANNA, 1))["text"]
            assert await bot.stopped() == 0
    async with started(f"http://127.0.0.1:{port}/bot", tmp_path) as bot:
        await bot.says("next try")
        assert await bot.stopped() == 0


async def test_a_reload_swaps_good_content_and_refuses_bad(api: FakeApi, tmp_path: Path) -> None:
    """SIGHUP: a broken folder changes nothing, a mended one is answered from at once."""
    async with started(api.url, tmp_path) as bot:
        await api.says(ANNA, DONE)
        await api.reply(ANNA, 1)
        (tmp_path / "content/qa/town.yaml").write_text("- id: [", encoding="utf-8")
        bot.process.send_signal(signal.SIGHUP)
        await bot.says("the old one stays")
        await api.says(ANNA, DONE)
        assert DONE_QUOTE in (await api.reply(ANNA, 2))["text"]
        entry = (
            "- id: new\n  stance: done\n  quote: 改造老旧小区15个\n  questions: ['" + DONE + "']\n"
        )
        write_content(tmp_path / "content", PAGE.replace("12个", "15个"), entry)
        bot.process.send_signal(signal.SIGHUP)
        await bot.says("content reloaded")
        await api.says(ANNA, DONE)
        assert "改造老旧小区15个" in (await api.reply(ANNA, 3))["text"]
        assert await bot.stopped() == 0


async def test_bad_content_at_the_start_is_named_by_file_and_line(
    api: FakeApi, tmp_path: Path
) -> None:
    """Exit 1, every problem with its place, no traceback."""
    content = write_content(
        tmp_path / "bad", entries="- id: x\n  quote: 没有这句\n  questions: [有吗]\n"
    )
    async with started(api.url, tmp_path, BULLETIN__CONTENT__PATH=str(content)) as bot:
        assert await bot.ended() == 1
    assert "town.yaml:2" in bot.said
    assert "Traceback" not in bot.said


async def test_failing_connections_are_got_over_and_leak_no_token(
    api: FakeApi, tmp_path: Path
) -> None:
    """Errors and lost answers of several methods: messages are still answered, and with
    everything logged at DEBUG neither the log nor the database holds the token."""
    api.fail("sendMessage", refusal=Refusal(500, "Internal Server Error"))
    api.fail("sendChatAction", silent=True)
    async with started(api.url, tmp_path, BULLETIN__LOGGING__LEVEL="DEBUG") as bot:
        await api.says(ANNA, DONE)
        assert DONE_QUOTE in (await api.reply(ANNA, 1))["text"]
        api.fail("getUpdates", refusal=Refusal(502, "Bad Gateway"))
        api.fail("getUpdates", silent=True)
        await api.says(ANNA, PLAN)
        assert PLAN_QUOTE in (await api.reply(ANNA, 2))["text"]
        await bot.says("httpx")
        assert await bot.stopped() == 0
    assert "/bot[已隐去]/sendMessage" in bot.said
    secret = TOKEN.partition(":")[2]
    assert secret not in bot.said
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("bulletin.db*"))
    assert secret.encode() not in stored
