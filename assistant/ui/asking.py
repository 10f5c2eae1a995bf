"""The conversation of a page: the composer, and the events that ask, stop, ask anew and open another one.

What only the scripts trigger goes through a hidden box, which they write an order into,
and a hidden button, which they click. Answers come from what the server knows, never from the browser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from starlette.datastructures import Headers

from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.ui.document import ui_language
from assistant.ui.history import opened_talk
from assistant.ui.making import Makings
from assistant.ui.scope import chosen_scope, scope_choices
from assistant.ui.talk import QUESTION_LIMIT, Ask, Talk, chosen_answerer, converse
from assistant.ui.texts import Texts, texts

# Pages that follow an answer somebody else asked for; each holds a thread while it waits.
FOLLOWERS = 16

_ANEW = re.compile(r"([0-9]{1,6}) (remake|alone|reword)(?:\n(.*))?", re.DOTALL)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Desk:
    """The components of a conversation."""

    past: gr.Markdown
    now: gr.Markdown
    rated: gr.Markdown
    talk: gr.State
    question: gr.Textbox
    language: gr.Radio
    scope: gr.Dropdown
    answerer: gr.Radio
    send: gr.Button
    stop: gr.Button


def html_block(value: str, elem_id: str) -> gr.Markdown:
    """Our own HTML. Not `gr.HTML`, which needs `unsafe-eval`; what is shown is escaped or cleaned."""
    return gr.Markdown(value, elem_id=elem_id, sanitize_html=False, latex_delimiters=[], container=False)


def composer(
    assistant: Assistant, t: gr.I18n
) -> tuple[gr.Textbox, gr.Radio, gr.Dropdown, gr.Radio, gr.Button, gr.Button]:
    """The box a question is typed into and what stands below it: language, scope, answerer, send, stop."""
    question = gr.Textbox(
        label=t("ask_label"),
        placeholder=t("ask"),
        show_label=False,
        container=False,
        lines=1,
        max_lines=8,
        max_length=QUESTION_LIMIT,
        autofocus=True,
        elem_id="question",
    )
    with gr.Row(elem_id="controls"):
        language = gr.Radio(
            [(t("language_auto"), "auto"), ("한국어", "ko"), ("English", "en"), (t("language_both"), "both")],
            value="auto",
            label=t("language"),
            container=False,
            elem_id="language",
            elem_classes="choice",
        )
        scope = gr.Dropdown(
            **scopes(assistant),
            value=[],
            multiselect=True,
            label=t("scope"),
            show_label=False,
            container=False,
            elem_id="scope",
        )
        model = assistant.model_name()
        answerer = gr.Radio(
            [(t("answerer_notes"), "extract"), (model.partition(":")[2] or model, "model")],
            value="model",
            label=t("answerer"),
            container=False,
            visible=bool(model),
            elem_id="answerer",
            elem_classes="choice",
        )
        stop = gr.Button(t("stop"), elem_id="stop")
        send = gr.Button(t("send"), elem_id="send", variant="primary")
    return question, language, scope, answerer, send, stop


def scopes(assistant: Assistant) -> dict[str, Any]:
    """Where to look; hidden where a vault has neither folders nor tags."""
    choices = scope_choices(assistant.parts())
    return {"choices": choices, "visible": bool(choices)}


def order_box(name: str) -> tuple[gr.Textbox, gr.Button]:
    """A hidden box for an order of the scripts', and the hidden button that sends it."""
    return gr.Textbox(elem_id=name, lines=2, visible="hidden"), gr.Button(
        elem_id=f"send-{name}", visible="hidden"
    )


def words_for(request: gr.Request) -> Texts:
    """The reader's texts."""
    return texts(ui_language(Headers(request.headers)))


def read_anew(order: str, talk: Talk) -> Ask | None:
    r"""What is to be asked in the place of a turn; None for what is no such order.

    `3 remake` asks its question again, `3 alone` without regard to those before, `3 reword\n...` another.
    """
    found = _ANEW.fullmatch(order)
    turn = talk.turn(int(found[1])) if found else None
    if found is None or turn is None:
        return None
    question = found[3] or "" if found[2] == "reword" else turn.question
    return Ask(question, instead=int(found[1]), alone=found[2] == "alone")


class Asking:
    """The events of a conversation; named `..._here`, as plain names are those of endpoints."""

    def __init__(self, assistant: Assistant, store: Conversations, desk: Desk, at_once: int) -> None:
        """Takes who answers (so many questions at once), where it is kept, and the components."""
        self._assistant, self._store, self._desk, self._at_once = assistant, store, desk, at_once
        self._makings = Makings(at_once)

    def wire(self, page: gr.Blocks) -> None:
        """Adds the events to the page."""
        desk = self._desk
        drawn = [desk.past, desk.now, desk.talk]
        asked_with = [desk.language, desk.scope, desk.answerer, desk.talk]
        asking: dict[str, Any] = {
            "outputs": [desk.question, desk.rated, *drawn],
            # Gradio's own guard drops a question that comes while it is still clearing up after a whole
            # answer; `asking.js` has one that knows when the answer is whole.
            "trigger_mode": "multiple",
            "concurrency_limit": self._at_once,
            **_QUIET,
        }
        gr.on([desk.question.submit, desk.send.click], self.ask_here, [desk.question, *asked_with], **asking)
        anew, send_anew = order_box("anew")
        send_anew.click(self.ask_anew, [anew, *asked_with], **asking)
        desk.stop.click(self.stop_here, queue=False, **_QUIET)
        wanted, send_wanted = order_box("open")
        opening = send_wanted.click(
            self.open_here,
            [wanted],
            [*drawn, desk.rated],
            # In the queue, as answers are, so that nothing of one conversation comes after another was opened.
            concurrency_limit=None,
            trigger_mode="multiple",
            **_QUIET,
        )
        for event in (opening, page.load(self.load_here, outputs=drawn, **_QUIET)):
            event.then(self.follow_here, [desk.talk], drawn, concurrency_limit=FOLLOWERS, **_QUIET)

    def ask_here(
        self, asked: str, chosen: str, where: list[str], who: str, before: Talk, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        """A question that comes last."""
        before = self._resumed(before, request)
        answered = self._answered(_as_chosen(Ask(asked), chosen, where, who), before, request)
        for count, changed in enumerate(answered):
            yield changed | ({self._desk.question: ""} if count == 0 else {})

    def ask_anew(
        self, order: str, chosen: str, where: list[str], who: str, before: Talk, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        """A question in the place of a turn."""
        before = self._resumed(before, request)
        asked = read_anew(order, before)
        if asked is not None:
            yield from self._answered(_as_chosen(asked, chosen, where, who), before, request)

    def stop_here(self, request: gr.Request) -> None:
        """Ends the answer in the making as far as it has come."""
        self._makings.stop(_session(request))

    def open_here(self, order: str, request: gr.Request) -> dict[Any, Any]:
        """Another conversation, or another branch; a new one for an empty order."""
        self._makings.leave(_session(request))
        return {**self._drawn(order, request), self._desk.rated: ""}

    def load_here(self, request: gr.Request) -> dict[Any, Any]:
        """The conversation that the page's address names; without one nothing, as something may be asked already."""
        wanted = request.query_params.get("c", "")
        return self._drawn(wanted, request) if wanted else {self._desk.now: gr.skip()}

    def follow_here(self, talk: Talk, request: gr.Request) -> Iterator[dict[Any, Any]]:
        """An answer that was in the making when its conversation was opened."""
        yield from self._shown(self._makings.follow(_session(request), talk, self._store), request)

    def _resumed(self, before: Talk, request: gr.Request) -> Talk:
        """The conversation of the page's address, where the session has lost its own.

        Gradio forgets a session an hour after its page went to sleep, and all of them when the server ends.
        """
        return before if before.turns else opened_talk(self._store, request.query_params.get("c", ""))

    def _answered(self, asked: Ask, before: Talk, request: gr.Request) -> Iterator[dict[Any, Any]]:
        asked = replace(asked, reader=ui_language(Headers(request.headers)))
        talks = self._makings.ask(
            _session(request), lambda stop: converse(self._assistant, before, asked, stop, self._store)
        )
        for count, changed in enumerate(self._shown(talks, request)):
            # What was asked or thanked for was said of the answer before.
            yield changed | ({self._desk.rated: ""} if count == 0 else {})

    def _shown(self, talks: Iterator[Talk], request: gr.Request) -> Iterator[dict[Any, Any]]:
        """The conversation as it grows; at the end nothing, as Gradio sends what came last once more."""
        words, drawn = words_for(request), None
        for talk in talks:
            changed: dict[Any, Any] = {self._desk.talk: talk, self._desk.now: talk.now_html(words)}
            if talk.past != drawn:
                drawn = talk.past
                changed |= {self._desk.past: talk.past_html(words)}
            yield changed
        yield {self._desk.now: gr.skip()}

    def _drawn(self, order: str, request: gr.Request) -> dict[Any, Any]:
        desk, words, talk = self._desk, words_for(request), opened_talk(self._store, order)
        return {desk.talk: talk, desk.past: talk.past_html(words), desk.now: talk.now_html(words)}


def _as_chosen(asked: Ask, language: str, where: list[str], who: str) -> Ask:
    """A question with what is chosen below it: the answer's language, where to look, who writes."""
    return replace(asked, language=language, scope=chosen_scope(where), answerer=chosen_answerer(who))


def _session(request: gr.Request) -> str:
    return request.session_hash or ""
