"""The views beside the conversation: each stands in the conversation's place, next to the source panel.

    address    ?c=...#notes          which view is shown; without a name, the conversation
    bar        a link for each       `views.js` shows the view and tells its script so
    section    #view-notes           empty until its own script fills it

A view brings a script and a stylesheet of its own name, and is otherwise free in what it does.
"""

from dataclasses import dataclass
from html import escape

from assistant.ui.texts import UiLanguage


@dataclass(frozen=True, slots=True)
class View:
    """A view: its name in the address and in files, and its title in both languages."""

    name: str
    ko: str
    en: str

    def title(self, language: UiLanguage) -> str:
        """Its title for a reader."""
        return self.ko if language == "ko" else self.en


VIEWS: tuple[View, ...] = (
    View("notes", "노트", "Notes"),
    View("map", "지도", "Map"),
    View("numbers", "수치", "Numbers"),
)

_TALK = View("", "대화", "Chat")


def links_html(language: UiLanguage) -> str:
    """The links of the bar, the conversation's first."""
    label = "보기" if language == "ko" else "Views"
    links = "".join(
        f'<a href="#{view.name}" data-view="{view.name}">{escape(view.title(language))}</a>'
        for view in (_TALK, *VIEWS)
    )
    return f'<nav id="views" aria-label="{label}">{links}</nav>'


def sections_html(language: UiLanguage) -> str:
    """The views, empty."""
    return "".join(
        f'<section class="view" id="view-{view.name}" aria-label="{escape(view.title(language))}" hidden></section>'
        for view in VIEWS
    )


def files() -> dict[str, str]:
    """The scripts and stylesheets of the views, and their media types."""
    kinds = {"css": "text/css", "js": "text/javascript"}
    names = ["views", *(view.name for view in VIEWS)]
    return {f"{name}.{ending}": kind for name in names for ending, kind in kinds.items()}
