"""The report of a run: one HTML file that asks for nothing from outside, and a Markdown summary.

headline   what was run, the verdict, a tile for each headline metric
trend      the accepted runs, oldest first
slices     where it is weak
curves     what another threshold for refusing would bring
latency    how long answers took
losses     at which stage cases were lost
worst      the cases themselves, with the reason
"""

from evals.report.page import write_report

__all__ = ["write_report"]
