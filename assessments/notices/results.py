"""Letters about results: to the units that were told, to who signs, to the style office when a draft comes back."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Assessment, Case
from commitments.models import OfficialDocument
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.models import Letter
from portal.core.wording import day
from units.models import Post, Role, Tenure


def told(assessment: Assessment, cases: list[Case], *, at: datetime) -> None:
    """Heads and staff of these units: the result, and until when they may appeal. One statement for them all."""
    with translation.override(LETTERS_SPEAK):
        subject = _("The result of your assessment: %(year)s") % {"year": assessment.campaign.year}
        body = _("Every score is explained on the page. An appeal is in time until %(day)s.") % {
            "day": day(assessment.appeal_until_on)
        }
    _to_units(f"result-{assessment.pk}", cases, subject, body, at)


def moved(cases: list[Case], number: str, *, at: datetime) -> None:
    """Units whose figures changed because the decision on another unit's appeal changed the list."""
    with translation.override(LETTERS_SPEAK):
        subject = _("The list of results was put together anew")
        body = _("Decision %(number)s changed the list. Your page says what your unit had before and has now.") % {
            "number": number
        }
    _to_units(f"moved-{number}", cases, subject, body, at)


def published(assessment: Assessment, cases: list[Case], *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("The results are public: %(year)s") % {"year": assessment.campaign.year}
        body = _("No. %(number)s is signed. Everyone can read the list now.") % {
            "number": assessment.result_document.number
        }
    _to_units(f"published-{assessment.pk}", cases, subject, body, at)


def _to_units(key: str, cases: list[Case], subject: str, body: str, at: datetime) -> None:
    rows = Tenure.objects.on(local_day(at)).filter(
        user__is_active=True, post__role__in=[Role.HEAD, Role.STAFF], post__unit__in=[case.unit_id for case in cases]
    )
    people = rows.values_list("user", flat=True).distinct()
    letters.post_many(
        Letter(key=f"{key}-{user}", to_id=user, subject=subject, body=body, path="/work/result/", posted_at=at)
        for user in people
    )


def to_sign(document: OfficialDocument, signer: Post, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("To sign: %(title)s") % {"title": document.title}
        body = _("%(number)s waits for your signature. You can also return it with a reason.") % {
            "number": document.number
        }
    holders = Tenure.objects.on(local_day(at)).filter(post=signer, user__is_active=True)
    _post(document, "sign", holders, subject, body, at)


def returned(document: OfficialDocument, reason: str, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Returned: %(title)s") % {"title": document.title}
        body = _("The leader returned it: %(reason)s") % {"reason": reason}
    _post(document, "returned", office(document.campaign.bureau_id, at), subject, body, at, path="/work/results/")


def office(bureau_id: int, at: datetime):
    """Who serves in the bureau's style office now."""
    return Tenure.objects.on(local_day(at)).filter(
        user__is_active=True, post__role=Role.STYLE_OFFICE, post__unit__bureau=bureau_id
    )


def _post(
    document: OfficialDocument, stage: str, tenures: Iterable, subject: str, body: str, at: datetime, path: str = ""
) -> None:
    path = path or f"/work/results/documents/{document.pk}/"
    for tenure in tenures.select_related("user"):
        key = f"document-{document.pk}-{stage}-{tenure.user_id}"
        letters.post(key, to=tenure.user, subject=subject[:200], body=body, path=path, at=at)
