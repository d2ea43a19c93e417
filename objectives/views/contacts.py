"""The ledger of quarterly contacts, and the short form in which one is noted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives import benchmark_policies as policies
from objectives import benchmark_queries as queries
from objectives import contact_words, quarters
from objectives.actions import contacts as acts
from objectives.forms.contacts import ContactForm
from objectives.models import Pairing
from objectives.views.benchmarks import campaign_of
from portal.core import workdays
from portal.core.errors import Refused
from units.frame import reader


@require_safe
@login_required
def contacts(request):
    """A pair a row, a quarter a column; with the day on which each is due. `missing`: those that miss that quarter."""
    who, on = reader(request), timezone.localdate()
    campaign, campaigns = campaign_of(request)
    facts = {"campaign": campaign, "campaigns": campaigns}
    if campaign:
        calendar = workdays.loaded()
        columns = contact_words.columns(campaign, calendar)
        missing = queries.missing(who, campaign, on=on)
        chosen = request.GET.get("missing", "") if request.GET.get("missing") in missing else ""
        pairs, following = queries.ledger(who, campaign, after=request.GET.get("after", "")[:120], missing_in=chosen)
        facts |= {
            "missing": [(code, contact_words.missing(code, count)) for code, count in missing.items()],
            "chosen": chosen, "may_chase": policies.chases(who) and missing.get(quarters.code_of(on)),
            "columns": columns, "following": following, "needed": queries.contacts_a_quarter(campaign),
            "rows": [_row(who, pair, columns, campaign, calendar, on) for pair in pairs],
        }  # fmt: skip
    return render(request, "work/benchmarks/contacts.html", facts)


def _row(who, pair: Pairing, columns, campaign, calendar, on) -> dict:
    needed = queries.contacts_a_quarter(campaign)
    cells = [contact_words.cell(pair, each, campaign, calendar, needed=needed, on=on) for each in columns]
    may_note = pair.until_on is None and policies.unit_post(who, pair.unit) is not None
    return {"pair": pair, "cells": cells, "may_note": may_note}


@require_POST
@login_required
def contacts_chase(request):
    """The style office writes to the units of its bureau, a town office to its schools."""
    campaign, _campaigns = campaign_of(request)
    if campaign is None or not policies.chases(reader(request)):
        raise Http404
    try:
        told = acts.chase(campaign, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)s person was written to.", "%(n)s people were written to.", told)
        messages.success(request, words % {"n": told})
    code = quarters.code_of(timezone.localdate())
    return redirect(f"{reverse('contacts')}?campaign={campaign.code}&missing={code}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contact_note(request, pk):
    who = reader(request)
    pair = queries.pairing(who, pk)
    if pair is None:
        raise Http404
    verdict, status = policies.can_note(who, pair), 200
    form = ContactForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = acts.note(pair, **form.cleaned_data, by=request.user, at=timezone.now())
            except Refused as told:
                form.add_error(None, str(told))
                status = 409
            else:
                words = _("Noted as a contact of %(quarter)s.")
                messages.success(request, words % {"quarter": contact_words.name_of(made.quarter)})
                return redirect("contact_note", pk)
    facts = {
        "pair": pair, "form": form, "verdict": verdict, "uncounted": queries.uncounted(pair),
        "noted": pair.contacts.select_related("noted_by", "visit").order_by("-on", "-pk")[:60],
    }  # fmt: skip
    return render(request, "work/benchmarks/contact.html", facts, status=status)
