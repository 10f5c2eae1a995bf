"""Who is logged in: names by the tokens that browsers keep in a cookie. A server's end ends them all."""

import hashlib
import secrets
import time
from collections.abc import Callable
from threading import Lock

SECONDS = 30 * 24 * 3600
"""So long a login lasts."""

_MOST = 10_000


class Sessions:
    """Tokens and the names they stand for. Safe to share between threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Takes a clock, in seconds."""
        self._now = now
        self._guard = Lock()
        self._names = dict[str, tuple[str, float]]()  # by digest: a token is nowhere but in its cookie

    def begin(self, name: str) -> str:
        """Returns a new token for a name."""
        token = secrets.token_urlsafe(32)
        with self._guard:
            while len(self._names) >= _MOST:
                del self._names[next(iter(self._names))]
            self._names[_digest(token)] = (name, self._now() + SECONDS)
        return token

    def name(self, token: str) -> str | None:
        """Returns whose token it is; None if it is nobody's, or over."""
        with self._guard:
            name, until = self._names.get(_digest(token), ("", 0.0))
        return name if self._now() < until else None

    def end(self, token: str) -> None:
        """Makes a token nobody's."""
        with self._guard:
            self._names.pop(_digest(token), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
