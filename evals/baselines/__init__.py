"""How popular tools would do on the same cases: the numbers that "better than" is measured against.

None of them has a language model here. Where the real tool would generate, the baseline answers with
passages or sentences of the notes, by a rule its module states.

    system = load_baseline("bigrams")(vault, embedder)
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from evals.errors import EvalsError

if TYPE_CHECKING:
    from evals.observation import System
    from evals.vault import Vault
    from index.embed import Embedder

Build = Callable[["Vault", "Embedder"], "System"]
"""Opens a baseline over notes, with the embedder that every system has."""

BASELINES = {
    "bm25_ensemble": "LangChain's ensemble: BM25 over words between spaces and an embedder, fused by rank",
    "dense_only": "the embedder alone, by cosine",
    "bigrams": "BM25 over pairs of Hangul syllables, as search engines index Korean",
    "fuzzy_hybrid": "dense hits, then keyword hits; citations located by a fuzzy matcher (as kotaemon does)",
    "posthoc": "answers first, cites afterwards by similarity (as RAGFlow does)",
}
"""Every baseline by name, which is its module's, and what it is in a line."""


def load_baseline(name: str) -> Build:
    """Returns what opens a baseline; its libraries are imported only here.

    Raises:
        EvalsError: There is no such baseline, or a library of it is not installed.
    """
    if name not in BASELINES:
        raise EvalsError(f"There is no baseline {name!r}. Choose one of {', '.join(BASELINES)}.")
    try:
        module = import_module(f"evals.baselines.{name}")
    except ModuleNotFoundError as error:
        raise EvalsError(
            f"The baseline {name!r} needs {error.name!r}. Install it with: pip install -e '.[evals]'"
        ) from error
    return cast(Build, module.build)
