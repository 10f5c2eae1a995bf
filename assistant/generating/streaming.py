"""A model's reply as it comes: bounded in time and length, and ended at once by whoever no longer wants it.

The request runs on an event loop in a thread of its own. There a reply can be given up while the
server is still silent, and its connection is closed with it; a blocking read could only be waited for.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import aclosing
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Literal

from assistant.errors import ModelError, ModelFailure
from assistant.generating.failures import failure_kind, model_error
from assistant.generating.models import ChatModel, untraced

Message = tuple[Literal["system", "human", "ai"], str]
"""Who says it, and what."""

MAX_CHARACTERS = 24_000
"""So much of a reply is read: a model that repeats itself would fill its window, and the page."""

_POLL = 0.05
"""Seconds within which a stop is seen."""

_FINISHED = ("finish_reason", "stop_reason", "done_reason", "status")
"""Where providers say why a reply ended."""

_ENDS: dict[str, ModelFailure] = {
    "length": "length", "max_tokens": "length", "incomplete": "length", "model_context_window_exceeded": "length",
    "content_filter": "refused", "safety": "refused", "refusal": "refused", "recitation": "refused",
}  # fmt: skip
"""Ends of a reply that is not whole."""

Pieces = SimpleQueue[str | ModelError | None]
"""What the loop's thread hands over: text, and last an error or None."""

log = logging.getLogger(__name__)
_loops: list[asyncio.AbstractEventLoop] = []
_guard = Lock()


def stream_text(model: ChatModel, messages: Sequence[Message], stop: Event | None = None) -> Generator[str]:
    """Yields a model's reply piece by piece.

    Leaving the iteration, or setting `stop`, closes the connection.

    Args:
        model: The model.
        messages: What it is told.
        stop: Ends the reply once it is set.

    Raises:
        ModelError: The reply did not come, or not to its end.
    """
    if stop is not None and stop.is_set():
        return
    pieces: Pieces = SimpleQueue()
    task = asyncio.run_coroutine_threadsafe(_pump(model, messages, pieces), _loop())
    try:
        while (piece := _next(pieces, stop)) is not None:
            if isinstance(piece, ModelError):
                raise piece
            yield piece
    finally:
        task.cancel()


def _next(pieces: Pieces, stop: Event | None) -> str | ModelError | None:
    """The next piece; None at the end, or once a stop is set."""
    while stop is None or not stop.is_set():
        try:
            return pieces.get(timeout=_POLL)
        except Empty:
            continue
    return None


def _loop() -> asyncio.AbstractEventLoop:
    """The one loop of this process.

    LangChain keeps one asynchronous client an address for the whole process, and its connections
    belong to the loop they were opened on: a second loop would find them dead.
    """
    with _guard:
        if not _loops:
            _loops.append(asyncio.new_event_loop())
            Thread(target=_loops[0].run_forever, name="mutgo-chat-model", daemon=True).start()
        return _loops[0]


async def _pump(model: ChatModel, messages: Sequence[Message], pieces: Pieces) -> None:
    """Puts the reply into the queue, and at last how it ended."""
    begun = False
    try:
        async with asyncio.timeout(model.limits.whole):
            with untraced():
                async for text in _texts(model, messages):
                    begun = begun or bool(text)
                    pieces.put(text)
    except ModelError as error:
        pieces.put(error)
    except Exception as error:
        kind = failure_kind(error, begun=begun)
        log.info("%r did not answer: %s, %s", model.name, kind, type(error).__name__)
        pieces.put(model_error(kind, model.name, key=model.key))
    else:
        pieces.put(None)


async def _texts(model: ChatModel, messages: Sequence[Message]) -> AsyncIterator[str]:
    """The text of each chunk, and an error where the reply ended before its time."""
    length, ended = 0, ""
    async with aclosing(model.chat.astream(list(messages))) as chunks:
        while (chunk := await _within(chunks, model.limits.silence)) is not None:
            text = str(chunk.text)
            ended = _end_of(chunk) or ended
            if text:
                yield text[: MAX_CHARACTERS - length]
            length += len(text)
            if length >= MAX_CHARACTERS:
                raise model_error("length", model.name)
    if ended in _ENDS:
        raise model_error(_ENDS[ended], model.name)
    # A server that dies may close its connection in good order; only the last chunk's word is missing then.
    if not ended and _always_tells(model):
        raise model_error("cut" if length else "bad_answer", model.name)


async def _within(chunks: AsyncIterator[Any], seconds: float) -> Any:
    """The next chunk, within so many seconds; None at the end."""
    async with asyncio.timeout(seconds):
        return await anext(chunks, None)


def _end_of(chunk: Any) -> str:
    """Why the reply ended, in lower case; empty before its end."""
    about: dict[str, Any] = chunk.response_metadata
    return next((str(about[name]).casefold() for name in _FINISHED if about.get(name)), "")


def _always_tells(model: ChatModel) -> bool:
    """Whether a whole reply of this model's server always says that it is whole, as its protocol asks."""
    return model.name.startswith(("anthropic:", "ollama:", "openai:"))
