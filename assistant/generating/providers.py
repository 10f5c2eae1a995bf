"""Who makes chat models, what their packages are called, and how each is told to give up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

from assistant.errors import ModelError
from assistant.generating.failures import model_error

_LANGCHAIN = '"langchain>=1.4,<2"'


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds after which a model is given up.

    Attributes:
        connect: Until its server takes the connection; Anthropic's and Google's packages know no
            such limit of its own.
        silence: Until its first word, and between any two.
        whole: Until its last word.
    """

    connect: float = 5.0
    silence: float = 60.0
    whole: float = 180.0


_ALIASES = {"google_genai": "google"}
"""LangChain's names for providers that have a shorter one here."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How a model's server is spoken to.

    Attributes:
        limits: When it is given up.
        retries: How often a request that failed is sent again.
        window: Tokens of prompt and answer.
        local: It is on this machine: no proxy of the environment has anything to do with it.
    """

    limits: TimeLimits
    retries: int
    window: int
    local: bool

    @property
    def phases(self) -> tuple[float, float, float, float]:
        """Limits as httpx takes them: to connect, read, write, and get a connection."""
        limits = self.limits
        return limits.connect, limits.silence, limits.silence, limits.connect


Options = Callable[[Connection], dict[str, Any]]
"""What a provider's class is told beyond LangChain's standard."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A maker of chat models.

    Attributes:
        langchain: LangChain's name for it.
        module: Its package's import name.
        requirement: What pip is to install.
        key: The variable its key is read from; empty where none is needed.
        options: How it is told to give up: left alone they wait ten minutes, Ollama for ever.
        local: Its server is on this machine, unless an address is given.
    """

    langchain: str
    module: str
    requirement: str
    key: str
    options: Options
    local: bool = False


def _openai(to: Connection) -> dict[str, Any]:
    options: dict[str, Any] = {"timeout": to.phases, "max_retries": to.retries}
    return options | _local_clients(to.phases) if to.local else options


@cache
def _local_clients(phases: tuple[float, float, float, float]) -> dict[str, Any]:
    """Clients for servers on this machine; as LangChain's own they are kept for the whole process."""
    import openai

    return {
        "http_client": openai.DefaultHttpxClient(timeout=phases, trust_env=False),
        "http_async_client": openai.DefaultAsyncHttpxClient(timeout=phases, trust_env=False),
    }


def _ollama(to: Connection) -> dict[str, Any]:
    client = {"timeout": to.phases, "trust_env": not to.local}
    # Without num_ctx Ollama takes 4096 or less, and what is more it cuts off without a word.
    return {"client_kwargs": client, "num_ctx": to.window}


def _anthropic(to: Connection) -> dict[str, Any]:
    return {"timeout": to.limits.silence, "max_retries": to.retries}


def _google(to: Connection) -> dict[str, Any]:
    return {"timeout": to.limits.silence, "max_retries": to.retries + 1}  # it counts the first try


PROVIDERS: Mapping[str, Provider] = {
    "anthropic": Provider(
        "anthropic", "langchain_anthropic", '"langchain-anthropic>=1.7,<2"', "ANTHROPIC_API_KEY", _anthropic
    ),
    "google": Provider(
        "google_genai", "langchain_google_genai", '"langchain-google-genai>=4,<5"', "GOOGLE_API_KEY", _google
    ),
    "ollama": Provider("ollama", "langchain_ollama", '"langchain-ollama>=1.1,<2"', "", _ollama, True),
    "openai": Provider("openai", "langchain_openai", '"langchain-openai>=1.7,<2"', "OPENAI_API_KEY", _openai),
}
"""A closed list: for these, and for every server that speaks OpenAI's protocol, time limits are known to hold."""


def provider_of(name: str) -> Provider:
    """Returns who makes a model, with its packages there to be imported.

    Raises:
        ModelError: `bad_name`, or `no_package`.
    """
    maker, _, model = name.partition(":")
    provider = PROVIDERS.get(_ALIASES.get(maker, maker))
    if provider is None or not model.strip():
        raise model_error("bad_name", name, providers=", ".join(PROVIDERS))
    # Asked here, not left to LangChain: it would take Ollama's class from a package that is no longer kept.
    for module in ("langchain", provider.module):
        if not _is_installed(module):
            raise missing_package(name, module, provider)
    return provider


def missing_package(name: str, module: str, provider: Provider) -> ModelError:
    """Returns the error of a model whose package is not there."""
    install = f"pip install {_LANGCHAIN} {provider.requirement}"
    return model_error("no_package", name, module=repr(module), install=install)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ValueError:  # it was set to None among the imported modules
        return False
