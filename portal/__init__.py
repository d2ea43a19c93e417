"""The roof of the house. The Celery app is loaded with it, so that every process sends tasks to the same broker."""

from portal.celery import app

__all__ = ["app"]
