"""Keeps a question from being lost where one event of a page ends as the next begins.

Gradio sends a session's events over one stream and closes it after the last. A page that is told its new
event's number before it has read that the stream closes believes the stream open, and hears of the event
never more. So with that number it is told how many of its streams have been closed, and `connection.js`
holds the number back until the page has read so many ends.
"""

import json
from collections import OrderedDict
from functools import partial
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSED = "X-Mutgo-Closed"
"""The header with the number of streams that have been closed."""

SESSIONS = 1000
"""So many sessions are remembered, those heard of last."""

_CLOSES = b'"close_stream"'


class StreamGuard:
    """ASGI middleware: counts the streams it closes, and tells the count with each answer of `queue/join`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._closed = OrderedDict[str, int]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on; notes what closes, and tells it where something begins."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.endswith("/queue/data"):
            session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
            await self.app(scope, receive, partial(self._count, send, session))
        elif path.endswith("/queue/join"):
            body = _Body(receive)
            await self.app(scope, body, partial(self._tell, send, body))
        else:
            await self.app(scope, receive, send)

    async def _count(self, send: Send, session: str, message: Message) -> None:
        if _CLOSES in message.get("body", b""):
            self._closed[session] = self._closed.pop(session, 0) + 1
            while len(self._closed) > SESSIONS:
                self._closed.popitem(last=False)
        await send(message)

    async def _tell(self, send: Send, body: "_Body", message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)[CLOSED] = str(self._closed.get(body.session(), 0))
        await send(message)


class _Body:
    """A request's body, remembered as it is read."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read = b""

    async def __call__(self) -> Message:
        message = await self._receive()
        self._read += message.get("body", b"")
        return message

    def session(self) -> str:
        """The session that the request names, once it is read; empty for what names none."""
        try:
            named = json.loads(self._read)
        except ValueError:
            return ""
        return str(named.get("session_hash", "")) if isinstance(named, dict) else ""
