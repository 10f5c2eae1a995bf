"""A second opinion on answers by a chat model, never part of the gate.

chat.py      asks the model; what is missing or out of reach becomes a sentence
prompt.md    what it is told
judging.py   what it sees of a case, and how its reply is read
opinions.py  what it said, and how far that agrees with the metrics
tables.py    the same for a terminal
"""

from evals.judge.judging import judge_run, open_judge
from evals.judge.opinions import Agreement, Opinion, Opinions
from evals.judge.tables import show_opinions

__all__ = ["Agreement", "Opinion", "Opinions", "judge_run", "open_judge", "show_opinions"]
