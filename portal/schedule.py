"""Every job the clock runs, in one place. Each asks "what is due?" and may run twice, late or in parallel."""

from datetime import timedelta

BEAT = {
    "deliver letters": {"task": "core.deliver_letters", "schedule": timedelta(seconds=20)},
    "print papers": {"task": "objectives.print_waiting", "schedule": timedelta(seconds=60)},
}
