"""The sentence of every deed, for people. A test fails when code records a verb that is not here."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "bureau.created": _("The bureau was set up"),
    "unit.opened": _("The unit was added"),
    "post.appointed": _("A person was appointed to the post"),
    "post.ended": _("A person gave up the post"),
    "charge.given": _("A leader was put in charge of the unit"),
    "charge.ended": _("A leader is no longer in charge of the unit"),
    "campaign.loaded": _("The campaign was loaded from its file"),
    "paper.begun": _("The paper was begun"),
    "paper.submitted": _("The paper was submitted: its text is frozen"),
    "paper.put_forward": _("The head submitted the paper"),
    "paper.signed": _("The paper was signed"),
    "paper.audited": _("The paper was audited and signed"),
    "paper.approved": _("The town office approved the paper"),
    "paper.filed": _("The style office filed the paper"),
    "paper.returned": _("The paper was returned with reasons"),
    "paper.published": _("The paper was published"),
    "amendment.asked": _("A change of a promise was asked for"),
    "amendment.approved": _("The change was approved at one step of its route"),
    "amendment.in_force": _("The change is in force and public"),
    "amendment.refused": _("The change was refused"),
    "calendar.changed": _("The workday calendar was changed"),
    "calendar.filled": _("The holidays of a year were brought into the workday calendar"),
    "month.opened": _("The month’s dispatch was opened"),
    "month.frozen": _("The month’s figures were frozen"),
    "report.sent": _("The month’s report was sent"),
    "report.returned": _("The month’s report was returned with a reason"),
    "document.frozen": _("The document was given its number: its text is frozen"),
    "document.signed": _("The document was signed"),
    "document.stamped": _("The document was closed by the portal’s stamp"),
    "review.opened": _("The half-year review was opened"),
    "review.slips_made": _("Paper ballot slips were made"),
    "review.slips_voided": _("Paper ballot slips were voided"),
    "review.closed": _("The half-year review was closed and counted"),
    "review.published": _("The result of the half-year review was published"),
    "evidence.added": _("A file was added as evidence"),
    "evidence.removed": _("A file was taken back from the evidence"),
    "signer.enrolled": _("A signing key was issued"),
    "signer.revoked": _("A signing key was revoked"),
}

ACTORS = {"clock": _("The clock"), "command": _("The command line")}
"""Who did a deed that no person did."""
