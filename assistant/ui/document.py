"""The HTML document around the page: its language, its head, and what is seen while it loads.

Gradio's own document names another product and shows nothing until its scripts have run. As it
leaves the server, it gets the language the reader prefers, our stylesheet and script, and a first
paint; then the policy of `security.py` is made for exactly what is sent.
"""

import hashlib
import re
from functools import cache, partial
from html import escape
from importlib.resources import files

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.ui import views
from assistant.ui.drawer import drawer_html, rewording_html, toggle_html
from assistant.ui.history_texts import history_texts
from assistant.ui.login_page import USER, logout_html
from assistant.ui.security import HEADERS, content_security_policy
from assistant.ui.texts import UiLanguage, preferred, texts

# The reader's own choice of the interface language; without it the browser's language decides.
LANGUAGE_COOKIE = "mutgo_ui"

ASSETS = {
    "style.css": "text/css",
    "turns.css": "text/css",
    "composer.css": "text/css",
    "source.css": "text/css",
    "phone.css": "text/css",
    "conversations.css": "text/css",
    "feedback.css": "text/css",
    "connection.js": "text/javascript",
    "asking.js": "text/javascript",
    "clipboard.js": "text/javascript",
    "source.js": "text/javascript",
    "page.js": "text/javascript",
    "conversations.js": "text/javascript",
    "feedback.js": "text/javascript",
    "map_canvas.js": "text/javascript",
    "notes_tree.js": "text/javascript",
    **views.files(),
    "favicon.svg": "image/svg+xml",
}
"""The files of the page in the order in which they come into it."""

_SERVED = {**ASSETS, "login.css": "text/css"}

_META = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*?/>', re.DOTALL)
_VIEWPORT = re.compile(r'<meta\s+name="viewport"[^>]*/>')
_WIDE_VIEWPORT = (  # a phone's keyboard makes the page shorter rather than cover the question
    '<meta name="viewport" content="width=device-width, initial-scale=1, '
    'interactive-widget=resizes-content" />'
)
_MANIFEST = re.compile(r'\s*<link rel="manifest"[^>]*>')


def ui_language(headers: Headers) -> UiLanguage:
    """The interface language of a request: as chosen on the page, else the browser's."""
    chosen = cookie_parser(headers.get("cookie", "")).get(LANGUAGE_COOKIE, "")
    if chosen in ("ko", "en"):
        return "ko" if chosen == "ko" else "en"
    return preferred(headers.get("accept-language", ""))


@cache
def asset(name: str) -> bytes:
    """A file of the page."""
    return (files("assistant.ui") / name).read_bytes()


def asset_routes() -> list[Route]:
    """Serves the files of the page, and nothing else, under `/mutgo/`."""
    return [Route("/mutgo/{name}", _serve_asset)]


async def _serve_asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _SERVED:
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}  # addressed by content
    return Response(asset(name), media_type=_SERVED[name], headers=headers)


def dress(html: str, language: UiLanguage, *, logged_in: bool = False) -> str:
    """Gradio's document as mutgo's; who has logged in can log out."""
    words, history = texts(language), history_texts(language)
    other = "en" if language == "ko" else "ko"
    head = (
        f'<link rel="icon" type="image/svg+xml" href="{asset_address("favicon.svg")}">'
        f"{''.join(asset_link(name) for name in ASSETS)}"
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="mutgo-busy" content="{escape(words.busy)}">'
        f'<meta name="mutgo-lost" content="{escape(words.lost_server)}">'
    )
    bar = (
        f'<header id="bar">{toggle_html(history)}<a id="brand" href="./"><b lang="ko">묻고</b><span>mutgo</span></a>'
        f'<h1 class="unseen">묻고 mutgo</h1><p id="tagline">{escape(words.tagline)}</p>{views.links_html(language)}'
        f'<button id="ui-language" type="button" lang="{other}" data-language="{other}">'
        f"{escape(words.other_language)}</button></header>"
        f'<p id="opening" role="status">{escape(words.opening)}</p>'
        f"{drawer_html(history, logout_html(language) if logged_in else '')}{rewording_html(words)}"
        f"{views.sections_html(language)}"
    )
    html = _VIEWPORT.sub(_WIDE_VIEWPORT, html)
    html = _MANIFEST.sub("", _META.sub("", html))
    html = re.sub(r'(<html\s+)lang="[\w-]*"', rf'\1lang="{language}"', html, count=1)
    html = html.replace("<head>", f"<head>{head}", 1)
    return re.sub(r"(<body[^>]*>)", lambda tag: tag[0] + bar, html, count=1)


class Document:
    """ASGI middleware: dresses the page as it leaves, and sets the security headers on everything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its response through the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/"):
            page = _Page(send, ui_language(Headers(scope=scope)), logged_in=USER in scope)
            await self.app(scope, receive, page)
        else:
            await self.app(scope, receive, partial(_send_guarded, send))


async def _send_guarded(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(raw=message["headers"])
        headers.update(HEADERS)
        headers.setdefault("Content-Security-Policy", content_security_policy())
    await send(message)


class _Page:
    """Holds the page back until it is whole, to dress it and to allow the scripts that are in it."""

    def __init__(self, send: Send, language: UiLanguage, *, logged_in: bool) -> None:
        self.send = send
        self.logged_in = logged_in
        self.language: UiLanguage = language
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body", False):
            return
        headers = MutableHeaders(raw=self.start["headers"])
        if headers.get("content-type", "").startswith("text/html"):
            html = dress(self.body.decode("utf-8"), self.language, logged_in=self.logged_in)
            self.body = html.encode("utf-8")
            headers["Content-Length"] = str(len(self.body))
            headers["Content-Security-Policy"] = content_security_policy(html)
            headers["Vary"] = "Accept-Language, Cookie"
            headers["Cache-Control"] = "no-cache"
        await _send_guarded(self.send, self.start)
        await self.send({"type": "http.response.body", "body": self.body})


def asset_link(name: str) -> str:
    """What brings a stylesheet or a script into the page."""
    if name.endswith(".css"):
        return f'<link rel="stylesheet" href="{asset_address(name)}">'
    return f'<script src="{asset_address(name)}"></script>' if name.endswith(".js") else ""


def asset_address(name: str) -> str:
    """Where a file of the page is, seen from the page; another content is another address."""
    return f"mutgo/{name}?v={hashlib.sha256(asset(name)).hexdigest()[:12]}"
