"""Ask your Korean notes: `open_assistant(Settings(...)).ask("람다가 뭐야?")`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answers import Answer, Sentence
    from assistant.assistant import Assistant, open_assistant
    from assistant.citations import Citation
    from assistant.settings import Settings

__all__ = ["Answer", "Assistant", "Citation", "Sentence", "Settings", "open_assistant"]

_HOME = {
    "Answer": "assistant.answers",
    "Assistant": "assistant.assistant",
    "Citation": "assistant.citations",
    "Sentence": "assistant.answers",
    "Settings": "assistant.settings",
    "open_assistant": "assistant.assistant",
}


def __getattr__(name: str) -> Any:
    """Imports a public name at its first use, so that `import assistant` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
