"""Addresses of how promises are judged. One module a topic."""

from assessments.urls import (
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
urlpatterns = [pattern for topic in TOPICS for pattern in topic.urlpatterns]
