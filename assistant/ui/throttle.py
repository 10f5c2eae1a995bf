"""Slows down who guesses passwords: so many wrong tries in so many seconds, then none until they are past."""

import time
from collections.abc import Callable
from threading import Lock

TRIES = 5
"""Wrong passwords for one name from one address; a person who mistypes needs fewer."""

TRIES_OF_AN_ADDRESS = 30
"""Wrong passwords from one address, whatever the names: a household or a class may share it."""

SECONDS = 300.0
"""So long a wrong try counts."""

_MOST_KEPT = 10_000


class Throttle:
    """Counts wrong tries by name and address. Safe to share between threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Takes a clock, in seconds."""
        self._now = now
        self._guard = Lock()
        self._wrong = dict[tuple[str, ...], list[float]]()

    def wait(self, address: str, name: str) -> float:
        """Seconds until a try is let through; 0 for now."""
        with self._guard:
            return max(self._left((address, name), TRIES), self._left((address,), TRIES_OF_AN_ADDRESS))

    def wrong(self, address: str, name: str) -> None:
        """Counts a wrong try."""
        with self._guard:
            now = self._now()
            if len(self._wrong) > _MOST_KEPT:
                self._wrong = {k: t for k, t in self._wrong.items() if t[-1] > now - SECONDS}
            for key in ((address, name), (address,)):
                self._wrong.setdefault(key, []).append(now)

    def right(self, address: str, name: str) -> None:
        """Forgets the wrong tries for a name."""
        with self._guard:
            self._wrong.pop((address, name), None)

    def _left(self, key: tuple[str, ...], most: int) -> float:
        since = self._now() - SECONDS
        recent = [at for at in self._wrong.get(key, ()) if at > since]
        if recent:
            self._wrong[key] = recent
        else:
            self._wrong.pop(key, None)
        return recent[-most] - since if len(recent) >= most else 0.0
