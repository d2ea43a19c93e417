"""Playing on where people have changed the demonstration by hand: theirs stands, and the rest of the year goes on."""

import logging
from collections.abc import Callable

from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import transaction

from portal.core.errors import Refused

LEFT_OUT = (Refused, ObjectDoesNotExist, MultipleObjectsReturned)
log = logging.getLogger(__name__)


def tried(act: Callable[..., int], *facts) -> int:
    """What `act(*facts)` played; 0 where it is not possible any more: nothing of it stays, and the log says why."""
    try:
        with transaction.atomic():
            return int(act(*facts))
    except LEFT_OUT as problem:
        log.warning("Left out of the demonstration: %s of %s. %s: %s", act.__name__.strip("_"),
                    ", ".join(str(fact) for fact in facts), type(problem).__name__, problem)  # fmt: skip
        return 0
