"""The Celery app: the front door through which the clock comes in."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def hang_up_the_timetable(sender: Celery, **_: object) -> None:
    """The timetable stands above every floor, so it is read once all of them stand."""
    from portal import schedule  # noqa: PLC0415 -- every floor imports this module, the timetable stands above them

    sender.conf.beat_schedule = schedule.beat()
