"""An OpenAI-compatible chat server on loopback that does exactly what a test wrote down for it."""

import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Status:
    """An error instead of a reply."""

    code: int
    message: str = "no"
    kind: str = "error"


@dataclass(frozen=True)
class Pause:
    """Seconds of silence, or until the client goes away."""

    seconds: float


@dataclass(frozen=True)
class Raw:
    """Bytes sent as they are, between the events or instead of them."""

    data: bytes


class Cut:
    """The connection is dropped here, the reply unfinished."""


class Vanish:
    """The connection is closed in good order, but the reply has no end."""


Step = str | Pause | Raw | Cut | Vanish
Reply = Status | Raw | Sequence[Step]
"""One reply: an error, a body, or the chunks of a stream with what happens between them."""


@dataclass
class ScriptedServer:
    """Gives one reply after another, the last one for ever; remembers what it was asked."""

    replies: list[Reply]
    finish: str | None = "stop"
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: list[str] = field(default_factory=list[str])
    left: threading.Event = field(default_factory=threading.Event)
    """Set once a client has closed its connection before the end."""

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"script": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stops taking requests."""
        self._server.shutdown()
        self._server.server_close()

    def said(self, request: int, role: str) -> list[str]:
        """What a request said in one role."""
        return [m["content"] for m in self.requests[request]["messages"] if m["role"] == role]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that go away, which is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: ScriptedServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        script = self.script
        script.requests.append({"path": self.path, **body})
        script.keys.append(self.headers.get("Authorization", ""))
        reply = script.replies.pop(0) if len(script.replies) > 1 else script.replies[0]
        try:
            if isinstance(reply, Status):
                error = {"error": {"message": reply.message, "type": reply.kind, "code": reply.kind}}
                self._whole(reply.code, json.dumps(error).encode(), "application/json")
            elif isinstance(reply, Raw):
                self._whole(200, reply.data, "text/html")
            else:
                self._stream(reply)
        except OSError:
            script.left.set()
            self.close_connection = True

    def _whole(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, steps: Sequence[Step]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._event({"role": "assistant", "content": ""})
        for step in steps:
            match step:
                case str():
                    self._event({"content": step})
                case Pause():
                    self._wait(step.seconds)
                case Raw():
                    self._chunk(step.data)
                case Cut():
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return
                case Vanish():
                    self._chunk(b"")
                    self.close_connection = True
                    return
        if self.script.finish is not None:
            self._event({}, self.script.finish)
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _wait(self, seconds: float) -> None:
        """Sleeps, and notices meanwhile that the client has gone."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.connection.settimeout(0.02)
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    raise ConnectionError("the client has gone")
        self.connection.settimeout(None)

    def _event(self, delta: dict[str, str], finish: str | None = None) -> None:
        row = {
            "id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }  # fmt: skip
        self._chunk(b"data: " + json.dumps(row).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing on stderr."""
