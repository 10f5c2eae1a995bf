"""Takes a model's thinking out of its reply: `<think>...</think>`, also where it is never closed."""

import re

_NAMES = ("think", "thinking", "thought", "reasoning")
_OPENING = re.compile(rf"<({'|'.join(_NAMES)})>", re.IGNORECASE)
_OPENINGS = tuple(f"<{name}>" for name in _NAMES)


class ThinkingFilter:
    """Lets through what is no thinking, however the reply is cut into chunks."""

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""

    def feed(self, text: str) -> str:
        """Returns what of the reply so far is certain to be said, beyond what was returned before."""
        self._held += text
        said: list[str] = []
        while True:
            if self._closing:
                place = self._held.casefold().find(self._closing)
                if place < 0:
                    self._held = self._held[-len(self._closing) + 1 :]
                    break
                self._held = self._held[place + len(self._closing) :]
                self._closing = ""
            match = _OPENING.search(self._held)
            if match is None:
                sure = self._sure()
                said.append(self._held[:sure])
                self._held = self._held[sure:]
                break
            said.append(self._held[: match.start()])
            self._held = self._held[match.end() :]
            self._closing = f"</{match[1].casefold()}>"
        return "".join(said)

    def end(self) -> str:
        """Returns what was held back for a tag that never came; nothing of thinking without an end."""
        said = "" if self._closing else self._held
        self._held = self._closing = ""
        return said

    def _sure(self) -> int:
        """How much of the text in hand can't be the beginning of a tag."""
        place = self._held.rfind("<")
        tail = self._held[place:].casefold() if place >= 0 else ""
        beginning = bool(tail) and any(opening.startswith(tail) for opening in _OPENINGS)
        return place if beginning else len(self._held)
