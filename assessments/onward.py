"""Links to published results from the public pages of a bureau and of a unit."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import result_pages
from assessments.queries import results as queries
from portal.core import language
from portal.core.wording import day


def of_bureau(bureau: str) -> list[dict]:
    """Every published year of a bureau."""
    lang = language.current()
    return [
        {
            "label": _("The results of %(year)s") % {"year": year},
            "note": day(at),
            "url": reverse("public_results", args=[lang, bureau, year]),
        }
        for year, at in queries.public_years(bureau)
    ]


def of_unit(bureau: str, unit: str) -> list[dict]:
    """A unit's own line in every published year."""
    lang = language.current()
    return [
        {
            "label": _("The result of %(year)s") % {"year": year},
            "note": result_pages.grade(grade)["word"],
            "url": f"{reverse('public_results', args=[lang, bureau, year])}"
            f"?{urlencode({'kind': kind, 'from': unit})}#unit-{unit}",
        }
        for year, kind, grade in queries.public_of_unit(bureau, unit)
    ]
