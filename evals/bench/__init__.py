"""Speed and memory, always beside a yardstick measured in the same run. Read `run.py` first.

Nothing is imported here: `process.py` measures the memory of processes that import this package.
"""
