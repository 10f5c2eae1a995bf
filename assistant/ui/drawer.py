"""The drawer that holds the list of conversations, before `conversations.js` fills it."""

from html import escape

from assistant.ui.history_texts import HistoryTexts
from assistant.ui.texts import Texts


def drawer_html(words: HistoryTexts, foot: str = "") -> str:
    """The drawer before it is filled, with what stands at its foot, and the line that says what was done."""
    said = {"deleted": words.deleted, "undo": words.undo, "gone": words.gone, "failed": words.failed}
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    return (
        f'<nav id="drawer" aria-label="{escape(words.conversations)}" data-title="{escape(words.title)}"{data}>'
        f'<div class="drawer-head"><button type="button" id="drawer-new">{escape(words.new)}</button>'
        f'<button type="button" id="drawer-close" aria-label="{escape(words.close)}">×</button></div>'
        f'<input type="search" id="drawer-search" placeholder="{escape(words.search)}"'
        f' aria-label="{escape(words.search)}" autocomplete="off" spellcheck="false">'
        f'<div id="drawer-list"></div>{foot}</nav><div id="drawer-shade"></div>'
        '<div id="toast" role="status"></div>'
    )


def toggle_html(words: HistoryTexts) -> str:
    """The button that opens the drawer and closes it."""
    label = escape(words.toggle)
    return (
        f'<button type="button" id="drawer-toggle" aria-controls="drawer" aria-expanded="false"'
        f' aria-label="{label}" title="{label}"><i></i></button>'
    )


def rewording_html(words: Texts) -> str:
    """The line over the composer while a question is edited; `conversations.js` puts it there."""
    cancel = f'<button type="button" id="rewording-cancel">{escape(words.cancel)}</button>'
    return f'<p id="rewording" hidden><span role="status">{escape(words.rewording)}</span> {cancel}</p>'
