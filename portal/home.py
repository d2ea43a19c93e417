"""The desk: what waits for this person today, asked of every floor."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core import desk as desks
from units.policies import standing


@require_safe
@login_required
def desk(request):
    today = timezone.localdate()
    who = standing(request.user, on=today)
    items = desks.items_for(who, on=today)
    letters = request.user.letters.all()[:8]
    return render(
        request,
        "work/desk.html",
        {"who": who, "today": today, "groups": desks.grouped(items, on=today), "count": len(items), "letters": letters},
    )
