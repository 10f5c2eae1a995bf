"""The suite's numbers on the page: which cases there are for a vault, how they did, and a run on demand.

The suite itself is `evals`, which an installed mutgo does not have and which may not be imported from here;
it is run as a program of its own.
"""
