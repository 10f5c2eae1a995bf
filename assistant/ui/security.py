"""What the browser may do with the page, and whom the server answers.

The page is served by Gradio, which sets no Content-Security-Policy, so the headers are added here.
Scripts run only from our own origin or, inline, when their hash is listed: the inline scripts Gradio
writes into its page are hashed as they leave, and nothing that a note could smuggle in has a hash.
Components that build code from text (`gr.HTML`, native plots) need `unsafe-eval` and are not used.
"""

import base64
import hashlib
import re
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def content_security_policy(html: str = "", forms: str = "'none'") -> str:
    """The policy for a page: our own origin only, and the inline scripts that are in `html`.

    Args:
        html: The page as it is sent; its inline scripts are allowed by their hash.
        forms: Where the page's forms may be sent.
    """
    hashes = "".join(f" '{_sha256(script)}'" for script in _INLINE_SCRIPT.findall(html))
    return (
        f"default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        f"base-uri 'self'; form-action {forms}; frame-ancestors 'none'"
    )


class KnownHosts:
    """ASGI middleware: refuses requests that name another host than this machine.

    A foreign name that resolves to this machine (DNS rebinding) must not reach the notes. Where every
    address is served, other machines name this one by its number, or by its own name.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        """Takes the address that is served on."""
        self.app = app
        self.everywhere = host in _ANY_ADDRESS
        own = socket.gethostname().lower()
        names = {own, f"{own.split('.')[0]}.local"} if self.everywhere else {host.lower().strip("[]")}
        self.names = _LOCAL_HOSTS | names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] == "lifespan" or self._knows(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("Invalid host header", 400)(scope, receive, send)

    def _knows(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self.names or (self.everywhere and _is_number(name))


def is_loopback(host: str) -> bool:
    """Says whether only this machine reaches what is served on an address."""
    name = host.strip("[]")
    return name == "localhost" or (_is_number(name) and ip_address(name).is_loopback)


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _sha256(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
