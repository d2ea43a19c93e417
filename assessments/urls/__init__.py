"""Addresses of how promises are judged. One module a topic."""

from assessments.urls import appeals, archives, draws, inspections, raising, results, selfchecks, standards

TOPICS = (standards, selfchecks, draws, inspections, results, appeals, raising, archives)
urlpatterns = [pattern for topic in TOPICS for pattern in topic.urlpatterns]
