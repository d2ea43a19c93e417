"""What a unit sets itself: campaigns, benchmarks, papers, and the route a paper takes."""

from objectives.models.campaign import Benchmark, Campaign, Deadline, KindRule, Stage
from objectives.models.paper import Measure, Objective, Paper, Target
from objectives.models.route import Document, Remark, Return, Revision, Step

__all__ = [
    "Benchmark",
    "Campaign",
    "Deadline",
    "Document",
    "KindRule",
    "Measure",
    "Objective",
    "Paper",
    "Remark",
    "Return",
    "Revision",
    "Stage",
    "Step",
    "Target",
]
