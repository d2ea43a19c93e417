"""What the page of one rectification holds for this reader: its acts with their verdicts, its forms, its text."""

from django.utils.translation import gettext as _

from commitments import rectification_words, rectifying
from commitments.forms.rectifying import GrantForm, LaterForm, WordsForm
from commitments.models import Rectification
from commitments.policies import rectifications as policies
from portal.core.wording import day, moment, said
from units.policies import Standing


def forms_of(order: Rectification, data=None, act: str = "") -> dict:
    """A form for every act that takes words; the one that was posted is bound to what was typed."""
    kinds = {
        "plan": lambda bound: WordsForm(bound, auto_id="plan_%s", label=_("Measures, who does them, by when")),
        "report": lambda bound: WordsForm(
            bound, auto_id="report_%s", label=_("What was done"), initial={"text": order.report}
        ),
        "pass": lambda bound: WordsForm(
            bound, auto_id="pass_%s", label=_("What the check found"), most=500, required=False
        ),
        "reject": lambda bound: WordsForm(
            bound, auto_id="reject_%s", label=_("What is still not put right"), most=500,
            help_text=_("The unit reads exactly these words."),
        ),
        "return": lambda bound: WordsForm(bound, auto_id="return_%s", label=_("What must change"), most=500),
        "later": lambda bound: LaterForm(bound, auto_id="later_%s"),
        "grant": lambda bound: GrantForm(bound, auto_id="grant_%s"),
    }  # fmt: skip
    posted = "grant" if act == "refuse" else act
    return {name: make(data if name == posted else None) for name, make in kinds.items()}


def facts(who: Standing, order: Rectification, forms: dict) -> dict:
    """The page's context. An act that is not this reader's to do now is not drawn; why is said by `stands`."""
    asked = next((row for row in order.asked_for if row.decided_at is None), None)
    if asked:
        asked.rectification = order
    late = rectifying.is_overdue(order.state, order.due_on, on=who.on)
    return {
        "order": order, "title": rectification_words.title(order), "stands": rectification_words.stands(order),
        "course": rectification_words.course(order), "late": late, "today": who.on, "forms": forms,
        "facts": _pairs(order), "asked": asked, "decided": [row for row in order.asked_for if row.decided_at],
        "can": {
            "change": policies.can_change(who, order), "sign": policies.can_sign(who, order),
            "recall": policies.can_recall(who, order),
            "receive": policies.can_receive(who, order), "plan": policies.can_plan(who, order),
            "report": policies.can_report(who, order), "check": policies.can_check(who, order),
            "later": policies.can_extend(who, order),
            "decide": policies.can_decide(who, asked) if asked else None,
        },
        "is_unit": policies.unit_post(who, order) is not None,
        "checks": policies.checking_post(who, order) is not None and order.state == rectifying.REPORTED,
    }  # fmt: skip


def kept(act: str, form, can: dict) -> list[str]:
    """What was typed for an act that is no longer possible, so that it is not lost with its form."""
    gate = {"pass": "check", "reject": "check", "return": "sign", "grant": "decide", "refuse": "decide"}.get(act, act)
    return [] if form is None or can.get(gate) else [str(words) for words in form.cleaned_data.values() if words]


def _pairs(order: Rectification) -> list[tuple]:
    first = order.first_due_on != order.due_on
    rows = [
        (_("To be done by"), order.due_on, _("first %(day)s") % {"day": day(order.first_due_on)} if first else ""),
        (_("Unit"), said(order.unit, "name"), ""),
        (_("Signed by"), said(order.signer, "title"), moment(order.issued_at)),
    ]
    if order.repeats_id:
        rows.append((_("The same fault as in"), order.repeats.document.number, ""))
    if order.received_at:
        rows.append((_("Received"), str(order.received_by), moment(order.received_at)))
    if order.overdue_at:
        above = said(order.escalated_to, "title")
        rows.append((_("Overdue since"), day(order.overdue_at), _("told: %(post)s") % {"post": above} if above else ""))
    if order.checked_at:
        rows.append((_("Checked by"), str(order.checked_by), moment(order.checked_at)))
    return rows
