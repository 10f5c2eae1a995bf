"""How long the stages of an answer took."""

import time
from collections.abc import Callable


class Clock:
    """Milliseconds between laps."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        """Starts now."""
        self._now = now
        self._last = now()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Notes the time since the last lap."""
        now = self._now()
        self.laps[name] = round((now - self._last) * 1000, 1)
        self._last = now
