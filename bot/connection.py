"""The HTTP connections to Telegram: one pool for calls, one for fetching updates."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from telegram.request import HTTPXRequest

from bot.mending import mended

_CALLS = 256  # at once; as many as updates are handled at once
_FETCHES = 8  # one would do, were it not that a connection lost on the way can hold its place


class _MendingRequest(HTTPXRequest):
    """Hands on only what the library can read."""

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(url, *args, **kwargs)
        return status, mended(url.rpartition("/")[2], body) if status == HTTPStatus.OK else body


class ApiRequest(_MendingRequest):
    """Calls: patient about a slow answer and about a free connection."""

    def __init__(self) -> None:
        super().__init__(connection_pool_size=_CALLS, read_timeout=15, pool_timeout=15)


class PollingRequest(_MendingRequest):
    """Fetching updates; `refused` is set when Telegram no longer takes the token, which would
    otherwise end the fetching without a word to anybody."""

    def __init__(self, refused: asyncio.Event) -> None:
        super().__init__(connection_pool_size=_FETCHES, pool_timeout=15)
        self._refused = refused

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(url, *args, **kwargs)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
            self._refused.set()
        return status, body
