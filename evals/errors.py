"""What can go wrong in the suite, by the exit code it ends with. Each message ends with the remedy."""


class EvalsError(Exception):
    """Base of every error the suite raises on purpose: bad use or bad data, exit code 2."""

    exit_code = 2


class CasesError(EvalsError):
    """A case can't be used; the message names file, line and reason."""


class ResultsError(EvalsError):
    """A results file can't be read, or two can't be compared."""


class InfrastructureError(EvalsError):
    """The machine failed, not the system under test: a full disk, a model that won't load."""

    exit_code = 3
