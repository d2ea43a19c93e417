"""Who hears that the assessment has opened. Letters speak Chinese: the working language of a bureau."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Assessment
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.models import Letter
from portal.core.wording import day
from units.models import Role, Tenure

PATH = "/work/assessment/"


def opened(assessment: Assessment, *, at: datetime) -> None:
    """Tell the heads and the staff of every unit under assessment, each once."""
    with translation.override(LETTERS_SPEAK):
        subject = _("The assessment is open: please assess your own year")
        body = _(
            "The self-assessment and the special report are due on %(day)s. What the ledger knows is filled in; "
            "inspections follow from %(first)s to %(last)s."
        ) % {
            "day": day(assessment.self_due_on),
            "first": day(assessment.inspect_from_on),
            "last": day(assessment.inspect_to_on),
        }
    letters.post_many(_letters(assessment, subject, body, at))


def _letters(assessment: Assessment, subject: str, body: str, at: datetime) -> Iterator[Letter]:
    rows = Tenure.objects.on(local_day(at)).filter(
        user__is_active=True, post__role__in=(Role.HEAD, Role.STAFF), post__unit__cases__assessment=assessment
    )
    for user in rows.order_by().values_list("user", flat=True).distinct().iterator(chunk_size=2000):
        yield Letter(key=f"assessment-opened-{assessment.pk}-{user}", to_id=user, subject=subject, body=body,
                     path=PATH, posted_at=at)  # fmt: skip
