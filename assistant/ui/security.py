"""What the browser may do with the page, and whom the server answers.

The page is served by Gradio, which sets no Content-Security-Policy, so the headers are added here.
Scripts run only from our own origin or, inline, when their hash is listed: the inline scripts Gradio
writes into its page are hashed as they leave, and nothing that a note could smuggle in has a hash.
Components that build code from text (`gr.HTML`, native plots) need `unsafe-eval` and are not used.
"""

import base64
import hashlib
import re

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

# A name that resolves to this machine (DNS rebinding) must not reach the notes, so `Host` is checked.
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def content_security_policy(html: str = "") -> str:
    """The policy for a page: our own origin only, and the inline scripts that are in `html`.

    Args:
        html: The page as it is sent; its inline scripts are allowed by their hash.
    """
    hashes = "".join(f" '{_sha256(script)}'" for script in _INLINE_SCRIPT.findall(html))
    return (
        f"default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    )


def trusted_hosts(host: str) -> Middleware:
    """Refuses requests that name another host than this machine or the one served on."""
    return Middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL_HOSTS, host])


def _sha256(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
