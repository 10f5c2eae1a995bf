"""The view of the map: its controls, which `map.js` fills, and the endpoints it is filled from.

Titles and headings reach the page as JSON and are put there as text, never as HTML.
"""

import json
from dataclasses import asdict
from html import escape
from typing import Any

from gradio.events import api

from assistant.assistant import Assistant
from assistant.mapping.note_map import NoteMap
from assistant.ui.map_texts import MapTexts, map_texts
from assistant.ui.talk import QUESTION_LIMIT


def map_html(words: MapTexts) -> str:
    """The view before there is a map in it."""
    texts = escape(json.dumps(asdict(words), ensure_ascii=False))
    colours = "".join(
        f'<button type="button" data-colour="{name}" aria-pressed="false">{escape(label)}</button>'
        for name, label in (("folder", words.folder), ("tag", words.tag))
    )
    zooms = "".join(
        f'<button type="button" data-zoom="{name}" aria-label="{escape(label)}" title="{escape(label)}">{sign}</button>'
        for name, label, sign in (
            ("in", words.zoom_in, "+"),
            ("out", words.zoom_out, "−"),
            ("fit", words.fit, "⤢"),
        )
    )
    return (
        f'<div class="map" data-texts="{texts}" data-state="waiting">'
        f'<header class="map-head"><div><h2>{escape(words.title)}</h2><p>{escape(words.about)}</p></div>'
        f'<input type="search" class="map-search" placeholder="{escape(words.search)}"'
        f' aria-label="{escape(words.search)}" autocomplete="off" spellcheck="false">'
        f'<div class="map-colours" role="group" aria-label="{escape(words.colour)}" hidden>{colours}</div></header>'
        f'<p class="map-lit" hidden><span></span> <button type="button" class="map-back">{escape(words.back)}'
        "</button></p>"
        '<div class="map-stage">'
        f'<canvas tabindex="0" role="application" aria-label="{escape(words.canvas)}" aria-describedby="map-keys">'
        f'</canvas><div class="map-zoom" role="group" aria-label="{escape(words.zoom)}">{zooms}</div>'
        '<button type="button" class="map-card" tabindex="-1" hidden><b></b><span></span><small></small></button>'
        '<p class="map-empty" hidden></p>'
        '<p class="map-wait" hidden><span></span><progress max="100" value="0"></progress></p></div>'
        '<p class="map-said" role="status"></p><p class="unseen map-heard" aria-live="polite"></p>'
        f'<div class="map-legend" role="group" aria-label="{escape(words.legend)}"></div>'
        f'<p class="map-help"><span id="map-keys" class="map-keys">{escape(words.keys)}</span>'
        f'<span class="map-touch">{escape(words.touch)}</span></p>'
        f'<details class="map-list"><summary>{escape(words.list)}</summary><div></div></details></div>'
    )


def name_map_endpoints(assistant: Assistant) -> None:
    """Adds the endpoints of the map to the page being built."""
    note_map = NoteMap(assistant)

    def map_page(language: str = "ko") -> str:
        """The view of the map as safe HTML, without the map."""
        return map_html(map_texts(language))

    def map_points(seen: str = "", again: bool = False) -> dict[str, Any]:
        """The map of the notes: how far it is and, if it is another than the one seen, its notes and points."""
        found = note_map.look(again)
        fresh = found.drawn is not None and found.drawn.version != seen
        return {
            "state": found.state,
            "done": found.done,
            "total": found.total,
            "map": found.drawn.shown if found.drawn is not None and fresh else None,
        }

    def map_question(question: str) -> list[float]:
        """Where a question stands on the map, x and y; empty where there is no map."""
        return list(note_map.place_of(question[:QUESTION_LIMIT]) or ())

    for endpoint in (map_page, map_points, map_question):
        api(endpoint, api_name=endpoint.__name__, queue=False, api_visibility="undocumented")
