"""Answers in the making, which go on whether or not a page follows them.

A page that is closed or reloaded ends Gradio's event, not the answer: it is made in a thread of its own and
kept as it grows, and the page that comes next follows it from where it is.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Condition, Event, Lock, Thread

from assistant.conversations import Conversations
from assistant.errors import ConversationsError
from assistant.ui.talk import Talk, talk_of

# How often an answer that another process makes is looked for in what is kept.
LOOK_SECONDS = 0.3

# So long a page that goes over to another conversation waits for what is on its way to it.
LEAVE_SECONDS = 3.0


class Making:
    """An answer in the making."""

    def __init__(self, talk: Talk) -> None:
        """Takes the conversation with its question in hand."""
        self.stop = Event()
        self.talk = talk
        self.news = Condition()
        self.over = False

    def run(self, talks: Iterator[Talk], slots: BoundedSemaphore) -> None:
        """Makes the answer."""
        try:
            with slots:
                for talk in talks:
                    with self.news:
                        self.talk = talk
                        self.news.notify_all()
        finally:
            with self.news:
                self.over = True
                self.news.notify_all()


@dataclass(slots=True)
class _Page:
    """A page that follows an answer; `left` once it has nothing more to show."""

    making: Making | None
    leaving: bool = False
    left: Event = field(default_factory=Event)


class Makings:
    """The answers in the making, and the pages that follow them, by session. Safe to share between threads."""

    def __init__(self, at_once: int) -> None:
        """Makes `at_once` answers at a time; others wait."""
        self._slots = BoundedSemaphore(at_once)
        self._guard = Lock()
        self._made = list[Making]()
        self._pages = dict[str, _Page]()

    def ask(self, session: str, talks: Callable[[Event], Iterator[Talk]]) -> Iterator[Talk]:
        """Begins an answer and yields the conversation as it grows, for as long as the page stays with it.

        Args:
            session: The page's.
            talks: Gives the conversation as it grows; it is told what stops it.
        """
        stop = Event()
        growing = talks(stop)
        first = next(growing, None)
        if first is None:
            return
        making = Making(first)
        making.stop = stop
        with self._guard:
            self._made = [other for other in self._made if not other.over] + [making]
        Thread(target=making.run, args=[growing, self._slots], daemon=True).start()
        yield first
        yield from self._followed(session, making, first)

    def follow(self, session: str, talk: Talk, store: Conversations) -> Iterator[Talk]:
        """Yields a conversation as the answer in hand grows, whoever makes it; nothing if it is over."""
        if talk.now is None or talk.now.state != "streaming":
            return
        turn = talk.now.id
        with self._guard:
            found = [one for one in self._made if one.talk.now is not None and one.talk.now.id == turn]
            page = self._pages.get(session)
        if found and turn is not None:
            if page is not None and page.making is found[-1]:
                return  # who asked while the page still loaded follows it already
            shown = found[-1].talk
            yield shown
            yield from self._followed(session, found[-1], shown)
        else:
            yield from self._watched(session, talk, store)

    def stop(self, session: str) -> None:
        """Stops the answer that a page follows, if it follows one."""
        with self._guard:
            page = self._pages.get(session)
        if page is not None and page.making is not None:
            page.making.stop.set()

    def leave(self, session: str) -> None:
        """Makes a page follow nothing, and returns when nothing more is on its way to it."""
        with self._guard:
            page = self._pages.get(session)
        if page is None:
            return
        page.leaving = True
        if page.making is not None:
            with page.making.news:
                page.making.news.notify_all()
        page.left.wait(LEAVE_SECONDS)

    def _followed(self, session: str, making: Making, shown: Talk) -> Iterator[Talk]:
        page = self._enter(session, making)
        try:
            while True:
                with making.news:
                    making.news.wait_for(
                        lambda: making.over or page.leaving or making.talk is not shown  # noqa: B023
                    )
                    latest, over = making.talk, making.over
                if page.leaving:
                    return
                if latest is not shown:
                    shown = latest
                    yield shown
                elif over:
                    return
        finally:
            self._exit(session, page)

    def _watched(self, session: str, talk: Talk, store: Conversations) -> Iterator[Talk]:
        """What another process makes: seen only as it is kept."""
        page = self._enter(session, None)
        shown = talk
        try:
            while not page.leaving and shown.now is not None and shown.now.state == "streaming":
                time.sleep(LOOK_SECONDS)
                try:
                    found = store.load(shown.conversation, shown.now.id)
                except ConversationsError:
                    return
                if found is None or not found.turns:
                    return
                latest = talk_of(found)
                if latest != shown:
                    shown = latest
                    if not page.leaving:
                        yield shown
        finally:
            self._exit(session, page)

    def _enter(self, session: str, making: Making | None) -> _Page:
        page = _Page(making)
        with self._guard:
            self._pages[session] = page
        return page

    def _exit(self, session: str, page: _Page) -> None:
        page.left.set()
        with self._guard:
            if self._pages.get(session) is page:
                del self._pages[session]
