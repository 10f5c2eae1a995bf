"""The gate of a shared page: everything that is served needs a login, but the page that asks for one.

    a browser          GET /login, POST /login       a cookie, until POST /logout or thirty days later
    Gradio's client    POST /login                   the same cookie
    curl, MCP          Authorization: Basic ...      with every request

It stands before everything else, so a route that is added is closed without anybody thinking of it.
"""

import base64
import binascii
import hmac
import re
import secrets
from hashlib import sha256
from math import ceil
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.passwords import Accounts
from assistant.ui.document import LANGUAGE_COOKIE, asset_address, asset_link, ui_language
from assistant.ui.login_page import USER, login_html, login_texts
from assistant.ui.security import HEADERS, content_security_policy
from assistant.ui.sessions import SECONDS, Sessions
from assistant.ui.throttle import Throttle

_OPEN = frozenset({"/mutgo/style.css", "/mutgo/login.css", "/mutgo/favicon.svg"})
_STARTUP = "/gradio_api/startup-events"
_MOST_BYTES = 8 * 1024
_CONVERSATION = re.compile(r"[0-9a-f]{16}")
_LANGUAGE_SECONDS = 31_536_000


class Gate:
    """ASGI middleware: lets through who has logged in."""

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        """Takes who may log in."""
        self.app = app
        self._accounts = accounts
        self._sessions = Sessions()
        self._throttle = Throttle()
        self._key = secrets.token_bytes(32)
        self._proved = dict[bytes, str]()  # names by their proof: hashing anew at each request would be slow
        self._hashing: CapacityLimiter | None = None
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, refuses or passes on a request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            answer = await self._answer(Request(scope, receive))
            await (self.app if answer is None else _guarded(answer))(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """What the gate itself answers; None for what is passed on."""
        path = request.url.path.removeprefix(request.scope.get("root_path", ""))
        if path in _OPEN or (path == _STARTUP and not self._started):  # Gradio's own first request
            self._started |= path == _STARTUP
            return None
        if path == "/login":
            return await self._log_in(request) if request.method == "POST" else self._asked(request)
        user = self._sessions.name(request.cookies.get(_cookie(request), ""))
        if user is None and "authorization" in request.headers:
            user, refusal = await self._basic(request)
            if refusal is not None:
                return refusal
        if user is None:
            return _refused(request)
        if path == "/logout":
            return self._log_out(request)
        request.scope[USER] = user
        return None

    def _asked(self, request: Request) -> Response:
        """The page that asks who it is; it sets the language that was chosen there."""
        chosen = request.query_params.get("ui", "")
        if chosen not in ("ko", "en"):
            return _page(request)
        answer = RedirectResponse(f"login{_after(request)}", 303)
        answer.set_cookie(LANGUAGE_COOKIE, chosen, _LANGUAGE_SECONDS, samesite="strict")
        return answer

    async def _log_in(self, request: Request) -> Response:
        form = await _form(request)
        name, password = (form.get(field, [""])[0] for field in ("username", "password"))
        wait = await self._try(request, name.strip(), password)
        if wait is not None:
            return _page(request, name, wait) if _is_page(request) else _denied(wait)
        token = self._sessions.begin(name.strip())
        answer: Response = JSONResponse({"success": True})
        if _is_page(request):
            answer = RedirectResponse(f"./{_after(request)}", 303)
        answer.set_cookie(
            _cookie(request),
            token,
            SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    def _log_out(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405)
        self._sessions.end(request.cookies.get(_cookie(request), ""))
        answer = JSONResponse({"success": True})
        answer.delete_cookie(_cookie(request))
        return answer

    async def _basic(self, request: Request) -> tuple[str | None, Response | None]:
        """Who a request says it is, by name and password in a header of its own."""
        kind, _, given = request.headers["authorization"].partition(" ")
        try:
            said = base64.b64decode(given.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            said = ""
        name, colon, password = said.partition(":")
        if kind.lower() != "basic" or not colon:
            return None, None
        proof = hmac.digest(self._key, said.encode(), sha256)
        if proof not in self._proved:
            wait = await self._try(request, name, password)
            if wait is not None:
                return None, _denied(wait, challenge=not _is_browser(request))
            self._proved[proof] = name
        return self._proved[proof], None

    async def _try(self, request: Request, name: str, password: str) -> float | None:
        """None where the password is right; else the seconds until another may be tried."""
        address = request.client.host if request.client else ""
        wait = self._throttle.wait(address, name)
        if wait:
            return wait
        if self._hashing is None:
            self._hashing = CapacityLimiter(2)  # a hash takes a core and 16 MB
        if await to_thread.run_sync(self._accounts.knows, name, password, limiter=self._hashing):
            self._throttle.right(address, name)
            return None
        self._throttle.wrong(address, name)
        return self._throttle.wait(address, name)


def _guarded(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers[name] = value
    answer.headers["Content-Security-Policy"] = content_security_policy(forms="'self'")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(request: Request) -> Response:
    """A page is led to the login, a program is told."""
    if request.method == "GET" and _is_page(request):
        path = request.url.path.removeprefix(request.scope.get("root_path", ""))
        up = "../" * (path.count("/") - 1) or "./"
        return RedirectResponse(f"{up}login{_after(request) if path == '/' else ''}", 303)
    return _denied(0.0, challenge=not _is_browser(request))


def _denied(wait: float, *, challenge: bool = False) -> Response:
    """Tells a program that it has to log in; a browser would ask for a password in a window of its own."""
    headers = {"WWW-Authenticate": 'Basic realm="mutgo", charset="UTF-8"'} if challenge and not wait else {}
    if wait:
        headers["Retry-After"] = str(ceil(wait))
    said = "Too many wrong passwords" if wait else "Not authenticated"
    return JSONResponse({"detail": {"error": said}}, 429 if wait else 401, headers)


def _page(request: Request, name: str = "", wait: float | None = None) -> Response:
    language = ui_language(request.headers)
    words = login_texts(language)
    error, status = "", 200
    if wait is not None:
        error, status = (words.wait.format(minutes=ceil(wait / 60)), 429) if wait else (words.wrong, 401)
    styles = "".join(asset_link(file) for file in ("style.css", "login.css"))
    styles += f'<link rel="icon" type="image/svg+xml" href="{asset_address("favicon.svg")}">'
    return HTMLResponse(login_html(language, styles, _after(request), name, error), status)


async def _form(request: Request) -> dict[str, list[str]]:
    """The fields of a form; none of one that is too long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return {}
    return parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)


def _after(request: Request) -> str:
    """The query of the page that was asked for: a conversation's, and nothing else."""
    conversation = request.query_params.get("c", "")
    return f"?c={conversation}" if _CONVERSATION.fullmatch(conversation) else ""


def _cookie(request: Request) -> str:
    """The login's cookie. Browsers send a host's cookies to all its ports; each has a login of its own."""
    server = request.scope.get("server") or ("", 0)
    return f"mutgo_login_{server[1]}"


def _is_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _is_browser(request: Request) -> bool:
    return any(name.startswith("sec-fetch-") for name in Headers(scope=request.scope))
