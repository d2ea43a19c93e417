"""Links to frozen standards from the public page of a bureau."""

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Standard
from portal.core import language
from portal.core.wording import day


def of_bureau(bureau: str) -> list[dict]:
    """The standard of every year that has a frozen one."""
    rows = Standard.objects.filter(campaign__bureau__code=bureau, document__is_public=True).order_by("version")
    years = dict(rows.values_list("campaign__year", "frozen_at"))
    return [
        {
            "label": _("How units are assessed: the standard of %(year)s") % {"year": year},
            "note": day(at),
            "url": reverse("public_standard", args=[language.current(), bureau, year]),
        }
        for year, at in sorted(years.items(), reverse=True)
    ]
