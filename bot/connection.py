"""The HTTP connections to Telegram: one pool for calls, one for fetching updates."""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from http import HTTPStatus
from typing import Any

import httpx
from telegram.request import HTTPXRequest

from bot.mending import mended

_CALLS = 256  # at once; as many as updates are handled at once
_FETCHES = 8  # one would do, were it not that a connection lost on the way can hold its place


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes as long as all else at the start."""
    return httpx.create_ssl_context()


class _MendingRequest(HTTPXRequest):
    """Hands on only what the library can read."""

    def __init__(self, size: int, read_timeout: float) -> None:
        super().__init__(
            connection_pool_size=size,
            read_timeout=read_timeout,
            pool_timeout=15,
            httpx_kwargs={"verify": _trusted()},
        )

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(url, *args, **kwargs)
        return status, mended(url.rpartition("/")[2], body) if status == HTTPStatus.OK else body


class ApiRequest(_MendingRequest):
    """Calls: patient about a slow answer and about a free connection."""

    def __init__(self) -> None:
        super().__init__(_CALLS, read_timeout=15)


class PollingRequest(_MendingRequest):
    """Fetching updates; `refused` is set when Telegram no longer takes the token, which would
    otherwise end the fetching without a word to anybody."""

    def __init__(self, refused: asyncio.Event) -> None:
        super().__init__(_FETCHES, read_timeout=5)  # beyond what fetching itself waits
        self._refused = refused

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(url, *args, **kwargs)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
            self._refused.set()
        return status, body
