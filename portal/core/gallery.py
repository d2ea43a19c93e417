"""What the gallery page shows: every component with the facts of each of its states."""

from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.verdicts import YES, Verdict
from portal.core.wording import CHINA, in_chinese

TODAY = date(2017, 10, 18)


class GalleryForm(forms.Form):
    """One field of every kind, to be drawn empty, filled, wrong and disabled."""

    by = forms.DateField(label=_("By"), help_text=_("A working day inside 2017"))
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
    shows = gettext("performances")
    district = gettext("Kuiwen")
    year = {"baseline_year": 2016, "due": date(2017, 12, 31)}
    blank = dict.fromkeys(("value", "baseline", "benchmark", "plan", "as_of", "due"))
    blank |= dict.fromkeys(("status", "comparison", "baseline_year", "benchmark_name"), "")
    shown = [
        {"target": 45, "value": 29, "baseline": 28, "benchmark": 48, "plan": 34, "unit": shows, "status": "behind",
         "as_of": date(2017, 9, 30), "benchmark_name": district, **year,
         "caption": gettext("29 of 45 given. The plan asked for 34 by the end of September (dashed line), so five are owed. "
                            "The red mark is the promise; the triangle is Kuiwen District, the benchmark.")},
        {"target": 30, "baseline": 0, "unit": gettext("places"), **year,
         "caption": gettext("Published on 23 May. The first figures appear after the June report, on 17 July.")},
        {"target": 40, "value": 43, "baseline": 31, "unit": "%", "status": "kept", "as_of": date(2017, 8, 31), **year,
         "caption": gettext("Kept on 28 August, four months early; checked on site on 5 September.")},
        {"target": 0, "value": 3, "baseline": 14, "plan": 5, "unit": gettext("faults"), "status": "overdue", "comparison": "lte",
         "as_of": date(2017, 9, 30), "baseline_year": 2016, "due": date(2017, 9, 30), "caption": ""},
        {"target": Decimal("95.00"), "value": Decimal("91.50"), "unit": "%", "status": "on_schedule", "benchmark": 97,
         "as_of": date(2017, 9, 30), "benchmark_name": gettext("Kuiwen District Bureau of Culture"), "due": date(2017, 12, 31),
         "caption": gettext("No baseline: nobody counted before.")},
    ]  # fmt: skip
    return [blank | ruler for ruler in shown]


def _months():
    figures = [(8, 8, "on_schedule"), (14, 15, "on_schedule"), (20, 22, "on_schedule"), (22, 28, "behind"), (None, 31, ""),
               (29, 34, "behind"), (None, 39, ""), (None, 43, ""), (None, 45, "")]  # fmt: skip
    names = "5月 6月 7月 8月 9月 10月 11月 12月 1月" if in_chinese() else "May Jun Jul Aug Sep Oct Nov Dec Jan"
    return [
        {"label": name, "value": value, "plan": plan, "status": status}
        for name, (value, plan, status) in zip(names.split(), figures, strict=True)
    ]


def facts() -> dict:
    """The context of templates/gallery.html in the active language."""
    form = GalleryForm({"by": "31-02-2017", "month": "same"})
    form.full_clean()
    buckets = {"done": 4, "ahead": 1, "on_schedule": 6, "behind": 2, "other": 2}
    return {
        "today": TODAY,
        "statuses": ["kept", "ahead", "on_schedule", "behind", "well_behind", "overdue", "not_reported", "nothing_to_report", "not_measurable"],
        "cells": ["on_time", "late", "not_reported", "nothing_to_report", "open", "not_open"],
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
        "route": [
            {"label": gettext("Head signed and sealed"), "state": "done"},
            {"label": gettext("Linked leader audits and signs"), "state": "current"},
            {"label": gettext("Style office files and publishes"), "state": "to_come"},
        ],
        "returned": [
            {"label": gettext("Head signs"), "state": "returned"},
            {"label": gettext("Linked leader audits and signs"), "state": "to_come"},
        ],
        "to_do": [
            {"label": gettext("Objective 3: a deadline"), "level": "must", "to": "#id_by"},
            {"label": gettext("Objective 7 is long: 46 words"), "level": "soft", "to": "#id_done"},
            {"label": gettext("Consultation note, title, ten objectives"), "level": "ok", "to": ""},
        ],
        "pairs": [
            (gettext("By when"), date(2017, 12, 31), gettext("in ten weeks and four days")),
            (gettext("Who answers for it"), gettext("Deputy director for mass culture"), gettext("Accountable leader (post)")),
            (gettext("Who does it"), gettext("District Cultural Centre"), ""),
            (gettext("Handled by"), "", ""),
        ],
        "before": gettext("Engage one professional troupe; pay per performance given."),
        "after": gettext("Engage one professional and one amateur troupe; pay per performance given."),
        "where": [(gettext("Promises"), "#"), (gettext("Task 2: events and brands"), "#"), ("2.4", "")],
        "signed_by": [
            (gettext("Head of the school"), gettext("signed and sealed on 18 May 2017, 17:20")),
            (gettext("Director of general affairs, on behalf of the deputy director"),
             gettext("audited and signed on 22 May 2017; delegation of 20 to 26 May")),
        ],
        "digest": "b7c41f9022ae6d518e03c79a5f1604dba1e83b729c4d60f517bad2e9480c93a6",
    }  # fmt: skip
