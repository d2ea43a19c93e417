"""Who reaches the addresses of `urls`. One module a topic."""

from assessments.access import (
    adjustments,
    appeals,
    archives,
    draws,
    inspections,
    looking,
    raising,
    results,
    selfchecks,
    standards,
)

TOPICS = (standards, selfchecks, draws, inspections, looking, results, adjustments, appeals, raising, archives)
ACCESS = {name: row for topic in TOPICS for name, row in topic.ACCESS.items()}
