"""A conversation that moves from a page to the one that takes its place, when the reader changes its language.

Gradio reads its own texts once, when a page loads, so another language takes a new page, which is a new
session without turns. The old page leaves its conversation here under a token that only this reader's
browser has; the new one takes it along. No text of it comes from the browser.
"""

import re
from threading import Lock

import gradio as gr
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from assistant.ui.talk import Talk

TOKEN_COOKIE = "mutgo_talk"
"""`page.js` sets it for the minute in which the page is changed."""

_TOKEN = re.compile(r"[0-9a-f]{32}")
_MOST = 100
"""Conversations that wait at once; those left first, whose page never came, go first."""


class Moving:
    """Conversations on their way, by token. Safe to share between threads."""

    def __init__(self) -> None:
        """Starts with none."""
        self._left: dict[str, Talk] = {}
        self._guard = Lock()

    def leave(self, headers: Headers, talk: Talk) -> str:
        """Keeps a conversation under the token of a request and returns that; nothing without one."""
        token = _token(headers)
        if token:
            with self._guard:
                self._left[token] = talk
                while len(self._left) > _MOST:
                    del self._left[next(iter(self._left))]
        return token

    def take(self, headers: Headers) -> Talk:
        """Returns the conversation that was left under the token of a request, once; else an empty one."""
        with self._guard:
            return self._left.pop(_token(headers), Talk()).settled()


def wire_leaving(moving: Moving, talk: gr.State) -> None:
    """Adds the hidden button that `page.js` clicks, and the hidden box that says the token when it is done."""
    left = gr.Textbox(elem_id="left", visible="hidden")

    def leave_here(talked: Talk, request: gr.Request) -> str:
        return moving.leave(Headers(request.headers), talked)

    gr.Button(elem_id="leave", visible="hidden").click(
        leave_here,
        inputs=[talk],
        outputs=[left],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )


def _token(headers: Headers) -> str:
    token = cookie_parser(headers.get("cookie", "")).get(TOKEN_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""
