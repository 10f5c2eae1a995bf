"""Keeps a question from being lost where one event of a page ends as the next begins.

Gradio sends a session's events over one stream and closes it after the last. A page that is told its new
event's number before it has read that the stream closes believes the stream open, and hears of the event
never more. So that number is held back until the page must have read it.
"""

import asyncio
import json
from functools import partial
from time import monotonic
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# So long a page may take to read that its stream closes.
HOLD_SECONDS = 0.25

_CLOSES = b'"close_stream"'


class StreamGuard:
    """ASGI middleware: answers `queue/join` only when the page knows whether its stream is open."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._closed = dict[str, float]()  # when the stream of a session closed last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on; notes what closes, and holds back what begins just after."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.endswith("/queue/data"):
            session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
            await self.app(scope, receive, partial(self._watch, send, session))
        elif path.endswith("/queue/join"):
            body = _Body(receive)
            await self.app(scope, body, partial(self._hold, send, body))
        else:
            await self.app(scope, receive, send)

    async def _watch(self, send: Send, session: str, message: Message) -> None:
        if _CLOSES in message.get("body", b""):
            now = monotonic()
            self._closed = {one: at for one, at in self._closed.items() if now - at < HOLD_SECONDS}
            self._closed[session] = now
        await send(message)

    async def _hold(self, send: Send, body: "_Body", message: Message) -> None:
        if message["type"] == "http.response.start":
            left = self._closed.get(body.session(), 0.0) + HOLD_SECONDS - monotonic()
            if left > 0:
                await asyncio.sleep(left)
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
