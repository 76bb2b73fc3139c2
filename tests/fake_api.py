"""A Bot API server over real HTTP for tests: it keeps chats, refuses what Telegram refuses, and
fails when told to. An unknown method is remembered in `surprises`, which tests find empty."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import count
from types import TracebackType
from typing import Any

from aiohttp import ClientSession, web

TOKEN = "123456789:AAH-a_token_of_the_right_form_for_tests"
BOT = {"id": 123456789, "is_bot": True, "first_name": "公报", "username": "bulletin_test_bot"}
_RIGHTS: dict[str, dict[str, Any]] = {
    "administrator": {
        "can_be_edited": False,
        "is_anonymous": False,
        "can_manage_chat": True,
        "can_delete_messages": True,
        "can_manage_video_chats": True,
        "can_restrict_members": True,
        "can_promote_members": False,
        "can_change_info": True,
        "can_invite_users": True,
        "can_post_stories": False,
        "can_edit_stories": False,
        "can_delete_stories": False,
    },
    "restricted": {
        "is_member": True,
        "until_date": 0,
        **dict.fromkeys(
            (
                "can_send_messages",
                "can_send_audios",
                "can_send_documents",
                "can_send_photos",
                "can_send_videos",
                "can_send_video_notes",
                "can_send_voice_notes",
                "can_send_polls",
                "can_send_other_messages",
                "can_add_web_page_previews",
                "can_change_info",
                "can_invite_users",
                "can_pin_messages",
                "can_manage_topics",
                "can_edit_tag",
                "can_react_to_messages",
            ),
            True,
        ),
    },
    "kicked": {"until_date": 0},
}
PATIENCE = 40.0  # seconds a test waits for what must come
TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote"}


class Refusal(Exception):  # noqa: N818 - what Telegram says, no error of ours
    """What the server answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters
        self.body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.body["parameters"] = parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a method, with its parameters as the bot meant them."""

    method: str
    params: dict[str, Any]
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that the bot sent."""

    name: str
    data: bytes


@dataclass(slots=True, kw_only=True)
class Fault:
    """What the next `times` calls of `method` meet: an error, a wait, or both. With `silent`, the
    call takes effect but its answer is lost."""

    method: str
    chat: int | None = None
    refusal: Refusal | None = None
    delay: float = 0.0
    silent: bool = False
    times: int = 1


class _Reader(HTMLParser):
    """Telegram's HTML: its text as read, and an error for what Telegram would not parse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in TAGS:
            raise Refusal(400, f"Bad Request: can't parse entities: Unsupported start tag {tag}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refusal(400, f"Bad Request: can't parse entities: Unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += unescape(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += unescape(f"&#{name};")


def read_html(html: str) -> str:
    """The text of a message as its reader sees it. Raises Refusal."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise Refusal(400, "Bad Request: can't parse entities: Can't find end tag")
    return reader.text


@dataclass(slots=True)
class FakeApi:
    """`async with FakeApi() as api`: `api.url` is the server; chats are told of by their ids."""

    token: str = TOKEN
    calls: list[Call] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    messages: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    pinned: set[tuple[int, int]] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)  # what documents hold, by their ids
    chats: dict[int, dict[str, Any]] = field(default_factory=dict)  # what differs from the usual
    admins: set[tuple[int, int]] = field(default_factory=set)  # (chat, user)
    members_hidden: bool = False
    names: dict[int, str] = field(default_factory=dict)
    outsiders: set[int] = field(default_factory=set)  # members of no group
    topics: dict[tuple[int, int], str] = field(default_factory=dict)  # (chat, thread): title
    closed_topics: set[tuple[int, int]] = field(default_factory=set)
    port: int = 0
    _quiet: dict[object, float] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ids: dict[int, Any] = field(default_factory=lambda: defaultdict(lambda: count(1)))
    _numbers: Any = field(default_factory=lambda: count(1000))
    _runner: web.AppRunner | None = None
    _closing: bool = False

    async def __aenter__(self) -> FakeApi:
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{file}", self._download)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing = True
        await self._notify()
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    # What people do

    async def says(self, chat: int, text: str | None, **more: Any) -> int:
        """Somebody writes; the message's id. `more` are further fields of the message."""
        message = self._new(chat, self._person(chat, more.pop("user", None)), more)
        if text is not None:
            message["text"] = text
            if text.startswith("/"):
                length = len(text.split()[0])
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        await self.push("message", message)
        return int(message["message_id"])

    async def sends(self, chat: int, name: str | None, data: bytes, **more: Any) -> int:
        """Somebody sends a file; the message's id."""
        number = f"file{next(self._numbers)}"
        self.files[number] = data
        size = more.pop("file_size", len(data))
        document = {"file_id": number, "file_unique_id": number, "file_size": size}
        kind = {"file_name": name} if name is not None else {}
        return await self.says(chat, None, document={**document, **kind, **more.pop("kind", {})})

    async def edits(self, chat: int, message: int, text: str, **more: Any) -> None:
        """Somebody changes what they wrote."""
        edited = {**self.messages[chat, message], "text": text, "edit_date": 1_700_000_100, **more}
        self.messages[chat, message] = edited
        await self.push("edited_message", edited)

    async def presses(self, chat: int, label: str, user: int | None = None) -> str:
        """Somebody presses the newest button whose label holds `label`; the query's id."""
        for (where, number), message in sorted(self.messages.items(), reverse=True):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            for key in (key for row in rows for key in row):
                if where == chat and label in key["text"]:
                    return await self.sends_back(chat, number, key["callback_data"], user)
        raise AssertionError(f"no button {label} in chat {chat}")

    async def sends_back(
        self, chat: int, message: int, data: str | None, user: int | None = None
    ) -> str:
        """A client sends callback data, whatever it may be; the query's id."""
        query: dict[str, Any] = {
            "id": str(next(self._numbers)),
            "from": self._person(chat, user),
            "message": self.messages[chat, message],
            "chat_instance": "1",
        }
        if data is not None:
            query["data"] = data
        await self.push("callback_query", query)
        return str(query["id"])

    async def stands(self, chat: int, old: str, new: str, **more: Any) -> None:
        """The bot's own standing in a chat changes; `more` are rights that come with it."""
        member = {"user": BOT, "status": new, **_RIGHTS.get(new, {}), **more}
        news = {
            "chat": self._chat(chat),
            "from": self._person(chat, None),
            "date": 1_700_000_000,
            "old_chat_member": {"user": BOT, "status": old, **_RIGHTS.get(old, {})},
            "new_chat_member": member,
        }
        await self.push("my_chat_member", news)

    async def types(self, user: int, query: str) -> Call:
        """Somebody types behind the bot's name; how the query was answered."""
        number = str(next(self._numbers))
        asked = {"id": number, "from": self._person(user, user), "query": query, "offset": ""}
        await self.push("inline_query", asked)

        def found() -> list[Call]:
            calls = self.made("answerInlineQuery")
            return [call for call in calls if call.params["inline_query_id"] == number]

        answer: Call = (await self.until(found))[0]
        return answer

    async def push(self, kind: str, content: dict[str, Any]) -> None:
        """An update comes in: held for getUpdates, or sent to the webhook."""
        update = {"update_id": next(self._numbers), kind: content}
        if self.webhook.get("url"):
            status = await self.deliver(update, self.webhook.get("secret_token"))
            assert status == 200, status
            return
        self._updates.append(update)
        await self._notify()

    async def deliver(self, update: dict[str, Any], secret: str | None) -> int:
        """Post an update to the webhook; the status of the answer."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        async with (
            ClientSession() as session,
            session.post(self.webhook["url"], json=update, headers=headers) as response,
        ):
            return response.status

    # What goes wrong

    def fail(self, method: str, **fault: Any) -> None:
        """The next calls of `method` meet a Fault."""
        self._faults.append(Fault(method=method, **fault))

    # What the bot did

    def sent(self, chat: int) -> list[dict[str, Any]]:
        """The bot's messages in a chat as they stand now, oldest first."""
        return [
            message
            for (where, _), message in sorted(self.messages.items())
            if where == chat and message.get("from", {}).get("id") == BOT["id"]
        ]

    def texts(self, chat: int) -> list[str]:
        return [message.get("text", message.get("caption", "")) for message in self.sent(chat)]

    def labels(self, chat: int) -> list[str]:
        """The buttons under the bot's newest message."""
        rows = self.sent(chat)[-1].get("reply_markup", {}).get("inline_keyboard", [])
        return [key["text"] for row in rows for key in row]

    def made(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait for a condition; its value. Fails after PATIENCE seconds."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while not (value := condition()):
                await self._changed.wait()
        return value

    async def reply(self, chat: int, number: int) -> dict[str, Any]:
        """The bot's message number `number` (from 1) in a chat, once it is there."""
        await self.until(lambda: len(self.sent(chat)) >= number)
        return self.sent(chat)[number - 1]

    async def acknowledged(self, query: str) -> str:
        """The text with which a press was acknowledged, once it was."""

        def found() -> list[Call]:
            calls = self.made("answerCallbackQuery")
            return [call for call in calls if call.params["callback_query_id"] == query]

        return str((await self.until(found))[0].params.get("text", ""))

    # The server

    async def _handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params = await _params(request)
        try:
            if request.match_info["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            lost = await self._meet_fault(method, params)
            handler = getattr(self, f"_do_{method.lower()}", None)
            if handler is None:
                self.surprises.append(method)
                raise Refusal(404, "Not Found")
            result = handler(params)
            body: dict[str, Any] = {
                "ok": True,
                "result": await result if _later(result) else result,
            }
            status = 200
        except Refusal as refusal:
            body, status, lost = refusal.body, refusal.status, False
        self.calls.append(Call(method=method, params=params, status=status))
        await self._notify()
        if lost:
            assert request.transport is not None
            request.transport.close()
        return web.json_response(body, status=status)

    async def _meet_fault(self, method: str, params: dict[str, Any]) -> bool:
        """Whether the answer of this call gets lost. Raises the fault's Refusal. A call in the
        time that a refusal told to wait is a surprise."""
        chat, clock = params.get("chat_id"), asyncio.get_running_loop().time
        if clock() < self._quiet.get(chat, 0.0):
            self.surprises.append(f"{method} during a flood wait")
        for fault in self._faults:
            if fault.method == method and fault.chat in (None, chat):
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                await asyncio.sleep(fault.delay)
                if fault.refusal is not None:
                    wait = fault.refusal.parameters.get("retry_after", 0)
                    self._quiet[chat] = clock() + wait
                    raise fault.refusal
                return fault.silent
        return False

    async def _download(self, request: web.Request) -> web.Response:
        assert request.match_info["token"] == self.token
        return web.Response(body=self.files[request.match_info["file"]])

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _do_getme(self, params: dict[str, Any]) -> dict[str, Any]:
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False}

    async def _do_getupdates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Updates stay until a later call's offset confirms them."""
        offset = params.get("offset", 0)
        self._updates = [one for one in self._updates if one["update_id"] >= offset]
        try:
            async with asyncio.timeout(params.get("timeout", 0)), self._changed:
                while not self._updates and not self._closing:
                    await self._changed.wait()
        except TimeoutError:
            return []
        allowed = set(params.get("allowed_updates", ()))
        wanted = [one for one in self._updates if not allowed or allowed & one.keys()]
        return wanted[:100]

    def _do_getfile(self, params: dict[str, Any]) -> dict[str, Any]:
        number = params["file_id"]
        if number not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[number]) > 20 << 20:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": number, "file_unique_id": number, "file_path": number}

    def _do_setwebhook(self, params: dict[str, Any]) -> bool:
        self.webhook = dict(params)
        return True

    def _do_deletewebhook(self, params: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    def _do_setmycommands(self, params: dict[str, Any]) -> bool:
        scope = params.get("scope", {"type": "default"})
        name = f"chat {scope['chat_id']}" if scope["type"] == "chat" else scope["type"]
        self.commands[name] = params["commands"]
        return True

    def _do_sendchataction(self, params: dict[str, Any]) -> bool:
        return True

    def _do_answercallbackquery(self, params: dict[str, Any]) -> bool:
        if len(params.get("text", "")) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        return True

    def _do_sendmessage(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._new(params["chat_id"], BOT, _body(params))
        if "reply_parameters" in params:
            message["answers"] = params["reply_parameters"]["message_id"]
        self._in_topic(message, params)
        return _public(message)

    def _in_topic(self, message: dict[str, Any], params: dict[str, Any]) -> None:
        """Put a message into the topic that it was sent to. Raises Refusal, and the message is not
        there, where the topic takes none."""
        thread, chat = params.get("message_thread_id"), params["chat_id"]
        if thread is None:
            return
        gone = self.chats.get(chat, {}).get("is_forum") and (chat, thread) not in self.topics
        if gone or (chat, thread) in self.closed_topics:
            del self.messages[chat, message["message_id"]]
            said = "message thread not found" if gone else "TOPIC_CLOSED"
            raise Refusal(400, f"Bad Request: {said}")
        message |= {"message_thread_id": thread, "is_topic_message": True}

    def _do_createforumtopic(self, params: dict[str, Any]) -> dict[str, Any]:
        chat = params["chat_id"]
        if not self.chats.get(chat, {}).get("is_forum"):
            raise Refusal(400, "Bad Request: the chat is not a forum")
        thread = next(self._ids[chat])
        self.topics[chat, thread] = params["name"]
        return {"message_thread_id": thread, "name": params["name"], "icon_color": 7322096}

    def _do_closeforumtopic(self, params: dict[str, Any]) -> bool:
        self.closed_topics.add((params["chat_id"], params["message_thread_id"]))
        return True

    def _do_reopenforumtopic(self, params: dict[str, Any]) -> bool:
        self.closed_topics.discard((params["chat_id"], params["message_thread_id"]))
        return True

    def _do_copymessage(self, params: dict[str, Any]) -> dict[str, Any]:
        source = self.messages.get((params["from_chat_id"], params["message_id"]))
        if source is None:
            raise Refusal(400, "Bad Request: message to copy not found")
        body = {name: value for name, value in source.items() if name in _COPIED}
        if "caption" in params:
            body |= _body(params, "caption")
        message = self._new(params["chat_id"], BOT, body)
        if "reply_parameters" in params:
            message["answers"] = params["reply_parameters"]["message_id"]
        self._in_topic(message, params)
        return {"message_id": message["message_id"]}

    def _do_sendphoto(self, params: dict[str, Any]) -> dict[str, Any]:
        name = self._kept(params["photo"])
        size = {"file_id": name, "file_unique_id": "u", "width": 1, "height": 1}
        body = {"photo": [size], **_body(params, "caption")}
        return _public(self._new(params["chat_id"], BOT, body))

    def _do_senddocument(self, params: dict[str, Any]) -> dict[str, Any]:
        name = self._kept(params["document"])
        file = {"file_id": name, "file_unique_id": "u", "file_name": name}
        body = {"document": file, **_body(params, "caption")}
        return _public(self._new(params["chat_id"], BOT, body))

    def _do_editmessagecaption(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self.messages.get((params["chat_id"], params["message_id"]))
        if message is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        message.pop("reply_markup", None)
        message.update(_body(params, "caption"))
        return _public(message)

    def _do_pinchatmessage(self, params: dict[str, Any]) -> bool:
        if (params["chat_id"], params["message_id"]) not in self.messages:
            raise Refusal(400, "Bad Request: message to pin not found")
        self.pinned.add((params["chat_id"], params["message_id"]))
        return True

    def _do_unpinchatmessage(self, params: dict[str, Any]) -> bool:
        if (params["chat_id"], params["message_id"]) not in self.pinned:
            raise Refusal(400, "Bad Request: message to unpin not found")
        self.pinned.remove((params["chat_id"], params["message_id"]))
        return True

    def _do_getchatmember(self, params: dict[str, Any]) -> dict[str, Any]:
        if self.members_hidden:
            raise Refusal(400, "Bad Request: member list is inaccessible")
        user = params["user_id"]
        status = "administrator" if (params["chat_id"], user) in self.admins else "member"
        status = "left" if user in self.outsiders else status
        person = self._person(params["chat_id"], user)
        return {"user": person, "status": status, **_RIGHTS.get(status, {})}

    def _do_getchatadministrators(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "user": self._person(chat, user),
                "status": "administrator",
                **_RIGHTS["administrator"],
            }
            for chat, user in self.admins
            if chat == params["chat_id"]
        ]

    def _do_answerinlinequery(self, params: dict[str, Any]) -> bool:
        results = params["results"]
        if len(results) > 50 or len({one["id"] for one in results}) < len(results):
            raise Refusal(400, "Bad Request: RESULT_ID_DUPLICATE")
        for one in results:
            if not 1 <= len(one["id"].encode()) <= 64:
                raise Refusal(400, "Bad Request: RESULT_ID_INVALID")
            content = one["input_message_content"]
            _body({"text": content["message_text"], "parse_mode": content["parse_mode"]})
        return True

    def _do_editmessagetext(self, params: dict[str, Any]) -> dict[str, Any]:
        key = (params["chat_id"], params["message_id"])
        if key not in self.messages or self.messages[key].get("from") != BOT:
            raise Refusal(400, "Bad Request: message to edit not found")
        old = self.messages[key]
        new = {k: v for k, v in old.items() if k not in ("text", "html", "reply_markup")}
        new |= _body(params)
        if new == old:
            raise Refusal(400, "Bad Request: message is not modified")
        self.messages[key] = new
        return _public(new)

    def _do_deletemessage(self, params: dict[str, Any]) -> bool:
        if self.messages.pop((params["chat_id"], params["message_id"]), None) is None:
            raise Refusal(400, "Bad Request: message to delete not found")
        return True

    def _kept(self, file: str | Upload) -> str:
        """The id of a file that is sent; what is uploaded is kept in `uploads`."""
        if isinstance(file, str):
            return file
        if not 0 < len(file.data) <= 50_000_000:
            raise Refusal(413, "Request Entity Too Large")
        self.uploads.append(file)
        return file.name

    def _new(self, chat: int, sender: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        message = {
            "message_id": next(self._ids[chat]),
            "date": 1_700_000_000,
            "chat": self._chat(chat),
            "from": sender,
            **body,
        }
        if message["from"] is None:
            del message["from"]
        if message.get("is_topic_message"):  # a topic in which somebody speaks is there
            self.topics.setdefault((chat, message["message_thread_id"]), "")
        self.messages[chat, message["message_id"]] = message
        return message

    def _chat(self, chat: int) -> dict[str, Any]:
        kind = {"type": "private", "first_name": "居民"}
        if chat < 0:
            kind = {"type": "supergroup", "title": "小区群"}
        return {"id": chat, **kind, **self.chats.get(chat, {})}

    def _person(self, chat: int, user: int | None) -> dict[str, Any]:
        number = user or abs(chat)
        return {"id": number, "is_bot": False, "first_name": self.names.get(number, "居民")}


def _later(result: object) -> bool:
    return asyncio.iscoroutine(result)


def _public(message: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key not in ("html", "answers")}


def _body(params: dict[str, Any], name: str = "text") -> dict[str, Any]:
    """What a message holds as its text or caption, if Telegram would take it. Raises Refusal."""
    html = params.get(name, "")
    text = read_html(html) if params.get("parse_mode") == "HTML" else html
    if not text.strip() and name == "text":
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > (4096 if name == "text" else 1024):
        raise Refusal(400, "Bad Request: message is too long")
    body: dict[str, Any] = {name: text, "html": html}
    if "reply_markup" in params:
        body["reply_markup"] = params["reply_markup"]
        for row in params["reply_markup"]["inline_keyboard"]:
            for key in row:
                if "url" not in key and not 1 <= len(key["callback_data"].encode()) <= 64:
                    raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return body


_COPIED = {"text", "caption", "photo", "document", "voice", "video", "location", "sticker"}
_PLAIN = {
    "name",
    "text",
    "caption",
    "photo",
    "document",
    "callback_query_id",
    "file_id",
    "inline_query_id",
    "secret_token",
    "url",
    "parse_mode",
    "action",
}


async def _params(request: web.Request) -> dict[str, Any]:
    """The parameters of a form, those written as JSON read as such."""
    params: dict[str, Any] = {}
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params[key] = Upload(name=value.filename, data=value.file.read())
            continue
        assert isinstance(value, str)
        if key in _PLAIN:
            params[key] = value
            continue
        params[key] = json.loads(value)
    return params
