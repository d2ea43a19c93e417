"""Which moments an act may claim. Rules take `at=`; only views, tasks and commands read the clock."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.errors import Refused
from portal.core.models import Installation
from portal.core.wording import moment

TOLERANCE = timedelta(minutes=10)


def is_demo() -> bool:
    """Whether this database was created as a demonstration."""
    return Installation.objects.filter(pk=1, is_demo=True).exists()


def require_honest(at: datetime) -> None:
    """Refuse an act that claims another moment than now; only a demonstration may play the past."""
    if abs(timezone.now() - at) > TOLERANCE and not is_demo():
        raise Refused(_("A date cannot be set back or forward: acts are recorded at the moment they happen."))


def require_forward(at: datetime, newest: datetime) -> None:
    """Refuse an act that would stand in the record before the newest deed: the server's clock was set back."""
    if at < newest - TOLERANCE and not is_demo():
        words = _(
            "The clock of the server was set back: the record already holds a deed of %(moment)s. "
            "Nothing was done; whoever runs the portal must set the clock right."
        )
        raise Refused(words % {"moment": moment(newest)})


def local_day(at: datetime) -> date:
    """The calendar day of a moment in Asia/Shanghai."""
    return timezone.localdate(at)
