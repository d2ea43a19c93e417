"""What the gallery page shows: every component with the facts of each of its states."""

from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import lights
from portal.core.verdicts import YES, Verdict
from portal.core.wording import CHINA, in_chinese

TODAY = date(2017, 10, 18)


class GalleryForm(forms.Form):
    """One field of every kind, to be drawn empty, filled, wrong and disabled."""

    by = forms.CharField(label=_("By"), help_text=_("A working day inside 2017"))
    benchmark = forms.CharField(
        label=_("Benchmark’s value"), help_text=_("Set by the campaign"), disabled=True, initial="48"
    )
    done = forms.CharField(label=_("What was done"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    compare = forms.ChoiceField(
        label=_("Compare"), choices=[("gte", _("at least")), ("eq", _("exactly")), ("lte", _("at most"))]
    )
    month = forms.ChoiceField(
        label=_("This month"),
        choices=[("same", _("No change")), ("changed", _("Update")), ("stuck", _("Stuck"))],
        widget=forms.RadioSelect,
        initial="same",
    )
    way = forms.ChoiceField(
        label=_("How was it asked"),
        choices=[("board", _("Notice board")), ("meeting", _("Meeting"))],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label=_("I have read all ten objectives and agree"))

    def clean_by(self):
        raise forms.ValidationError(gettext("There is no 31 February. Write 2017-02-28."))


def _rulers():
    by_the_end = {"baseline_year": 2016, "due": date(2017, 12, 31)}
    september, august = date(2017, 9, 30), date(2017, 8, 31)
    blank = dict.fromkeys(("value", "baseline", "benchmark", "plan", "as_of", "due"))
    blank |= dict.fromkeys(("unit", "status", "comparison", "baseline_year", "benchmark_name", "caption"), "")
    behind = {"target": 45, "value": 29, "baseline": 28, "benchmark": 48, "plan": 34, "status": "behind"}
    behind |= {"unit": gettext("performances"), "as_of": september, "benchmark_name": gettext("Kuiwen")}
    behind["caption"] = gettext(
        "29 of 45 given. The plan asked for 34 by the end of September (dashed line), so five are owed. "
        "The red mark is the promise; the triangle is Kuiwen District, the benchmark."
    )
    unreported = {"target": 30, "baseline": 0, "unit": gettext("places")}
    unreported["caption"] = gettext("Published on 23 May. The first figures appear after the June report, on 17 July.")
    kept = {"target": 40, "value": 43, "baseline": 31, "unit": "%", "status": "kept", "as_of": august}
    kept["caption"] = gettext("Kept on 28 August, four months early; checked on site on 5 September.")
    fewer = {"target": 0, "value": 3, "baseline": 14, "plan": 5, "unit": gettext("faults"), "status": "overdue"}
    fewer |= {"comparison": "lte", "as_of": september}
    uncounted = {
        "target": Decimal("95.00"),
        "value": Decimal("91.50"),
        "benchmark": 97,
        "unit": "%",
        "as_of": september,
    }
    uncounted |= {"status": "on_schedule", "benchmark_name": gettext("Kuiwen District Bureau of Culture")}
    uncounted["caption"] = gettext("No baseline: nobody counted before.")
    return [blank | by_the_end | ruler for ruler in (behind, unreported, kept, fewer, uncounted)]


def _months():
    on, behind = "on_schedule", "behind"
    reported = [(8, 8, on), (14, 15, on), (20, 22, on), (22, 28, behind), (None, 31, ""), (29, 34, behind)]
    figures = [*reported, (None, 39, ""), (None, 43, ""), (None, 45, "")]
    names = "5月 6月 7月 8月 9月 10月 11月 12月 1月" if in_chinese() else "May Jun Jul Aug Sep Oct Nov Dec Jan"
    return [
        {"label": name, "value": value, "plan": plan, "status": status}
        for name, (value, plan, status) in zip(names.split(), figures, strict=True)
    ]


def _paper():
    """The route of a paper, what it lacks, who signed it and what changed in it."""
    audit = gettext("Linked leader audits and signs")
    return {
        "route": [
            {"label": gettext("Head signed and sealed"), "state": "done"},
            {"label": audit, "state": "current"},
            {"label": gettext("Style office files and publishes"), "state": "to_come"},
        ],
        "returned": [{"label": gettext("Head signs"), "state": "returned"}, {"label": audit, "state": "to_come"}],
        "to_do": [
            {"label": gettext("Objective 3: a deadline"), "level": "must", "to": "#id_by"},
            {"label": gettext("Objective 7 is long: 46 words"), "level": "soft", "to": "#id_done"},
            {"label": gettext("Consultation note, title, ten objectives"), "level": "ok", "to": ""},
        ],
        "pairs": [
            (gettext("By when"), date(2017, 12, 31), gettext("in ten weeks and four days")),
            (
                gettext("Who answers for it"),
                gettext("Deputy director for mass culture"),
                gettext("Accountable leader (post)"),
            ),
            (gettext("Who does it"), gettext("District Cultural Centre")),
            (gettext("Handled by"), ""),
        ],
        "before": gettext("Engage one professional troupe; pay per performance given."),
        "after": gettext("Engage one professional and one amateur troupe; pay per performance given."),
        "signed_by": [
            (gettext("Head of the school"), gettext("signed and sealed on 18 May 2017, 17:20")),
            (
                gettext("Director of general affairs, on behalf of the deputy director"),
                gettext("audited and signed on 22 May 2017; delegation of 20 to 26 May"),
            ),
        ],
    }


def facts() -> dict:
    """The context of templates/gallery.html in the active language."""
    form = GalleryForm({"by": "31-02-2017", "month": "same"})
    form.full_clean()
    buckets = {"done": 4, "ahead": 1, "on_schedule": 6, "behind": 2, "other": 2}
    return {
        **_paper(),
        "today": TODAY,
        "statuses": list(lights.STATUSES),
        "cells": list(lights.CELLS),
        "rulers": _rulers(),
        "buckets": buckets,
        "no_behind": {**buckets, "behind": 0},
        "links": {"behind": "#late", "done": "#kept"},
        "months": _months(),
        "form": form,
        "yes": YES,
        "no": Verdict(gettext("The linked leader has not signed yet.")),
        "due_dates": [date(2017, 10, 13), TODAY, date(2017, 10, 19), date(2017, 10, 20)],
        "moment": datetime(2017, 10, 18, 8, 30, tzinfo=CHINA),
        "where": [(gettext("Promises"), "#"), (gettext("Task 2: events and brands"), "#"), ("2.4", "")],
        "digest": "b7c41f9022ae6d518e03c79a5f1604dba1e83b729c4d60f517bad2e9480c93a6",
    }
