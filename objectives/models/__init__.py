"""What a unit sets itself: campaigns, benchmarks, papers, and the route a paper takes."""

from objectives.models.benchmarking import Blackout, CalendarFeed, Companion, Contact, Gap, Pairing, Visit
from objectives.models.campaign import Benchmark, Campaign, Deadline, KindRule, Stage
from objectives.models.paper import Measure, Objective, Paper, Target
from objectives.models.route import Document, Remark, Return, Revision, Step

__all__ = [
    "Benchmark",
    "Blackout",
    "CalendarFeed",
    "Campaign",
    "Companion",
    "Contact",
    "Deadline",
    "Document",
    "Gap",
    "KindRule",
    "Measure",
    "Objective",
    "Pairing",
    "Paper",
    "Remark",
    "Return",
    "Revision",
    "Stage",
    "Step",
    "Target",
    "Visit",
]
