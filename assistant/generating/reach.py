"""Whether the chat model of the settings can be reached, known before anybody asks it."""

import socket
import time
from threading import Lock, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from assistant.errors import ModelError
from assistant.generating.failures import model_error
from assistant.generating.models import configured_model

if TYPE_CHECKING:
    from assistant.settings import Settings

LOOK_SECONDS = 20.0
"""What was found holds so long."""

_CONNECT_SECONDS = 2.0


class Reach:
    """Looks whether the model could be asked: its package, its key, its server's port. Nothing is sent.

    Safe to share between threads.
    """

    def __init__(self, settings: "Settings") -> None:
        """Takes the settings that may name a model."""
        self._settings = settings
        self._guard = Lock()
        self._looked = float("-inf")
        self._trouble: ModelError | None = None

    def trouble(self) -> ModelError | None:
        """Returns why the model can't be asked, as far as is known; at once, for it looks in the background."""
        with self._guard:
            due = self._settings.model is not None and time.monotonic() - self._looked > LOOK_SECONDS
            if due:
                self._looked = time.monotonic()
        if due:
            Thread(target=self._look, daemon=True).start()
        return self._trouble

    def _look(self) -> None:
        self._trouble = unreachable(self._settings)


def unreachable(settings: "Settings") -> ModelError | None:
    """Returns why the settings' model can't be asked, None where nothing stands against it.

    A provider that is reached through a proxy, or at its own address, is believed to be there.
    """
    try:
        configured_model(settings)
    except ModelError as error:
        return error
    address = _host_and_port(settings.model_server())
    if address is None or (getproxies() and not proxy_bypass(address[0])):
        return None
    try:
        socket.create_connection(address, _CONNECT_SECONDS).close()
    except OSError:
        return model_error("no_server", settings.model or "")
    return None


def _host_and_port(url: str) -> tuple[str, int] | None:
    """The host and the port of an address, or None where there is none to try.

    >>> _host_and_port("https://models.example/v1"), _host_and_port("")
    (('models.example', 443), None)
    """
    try:
        parts = urlsplit(url)
        usual = {"http": 80, "https": 443}[parts.scheme]
        return (parts.hostname, parts.port or usual) if parts.hostname else None
    except (KeyError, ValueError):
        return None
