"""Who reaches the addresses of `urls`. One module a topic."""

from assessments.access import appeals, archives, draws, inspections, raising, results, selfchecks, standards

TOPICS = (standards, selfchecks, draws, inspections, results, appeals, raising, archives)
ACCESS = {name: row for topic in TOPICS for name, row in topic.ACCESS.items()}
