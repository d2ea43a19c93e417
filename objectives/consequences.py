"""What an act brings about, told before the button that does it. Pure words; English and Chinese by gettext."""

from django.utils.translation import gettext as _

from objectives.routes import PERSONAL, Act
from units.models import Role

GOES_TO = {
    Role.HEAD: lambda: _("This exact text goes to the head today, under your name and post."),
    Role.TOWN_OFFICE: lambda: _("This exact text goes to the town office today, under your name and post."),
    Role.LINE_LEADER: lambda: _("This exact text goes to the line leader today, under your name and post."),
    Role.LINKED_LEADER: lambda: _("This exact text goes to the linked leader today, under your name and post."),
    Role.STYLE_OFFICE: lambda: _("This exact text goes to the style office today, under your name and post."),
}
SIGN_AND_SEND = {
    Role.HEAD: lambda: _("Sign and send to the head"),
    Role.TOWN_OFFICE: lambda: _("Sign and send to the town office"),
    Role.LINE_LEADER: lambda: _("Sign and send to the line leader"),
    Role.LINKED_LEADER: lambda: _("Sign and send to the linked leader"),
    Role.STYLE_OFFICE: lambda: _("Sign and send to the style office"),
}
SUBMIT_TO = {
    Role.TOWN_OFFICE: lambda: _("Submit to the town office"),
    Role.LINE_LEADER: lambda: _("Submit to the line leader"),
    Role.LINKED_LEADER: lambda: _("Submit to the linked leader"),
    Role.STYLE_OFFICE: lambda: _("Submit to the style office"),
}
ACTS = {
    Act.SUBMIT: lambda: _("Read and submit"),
    Act.SIGN: lambda: _("Read and sign"),
    Act.AUDIT: lambda: _("Audit and sign"),
    Act.APPROVE: lambda: _("Read and approve"),
    Act.FILE: lambda: _("Check and file"),
}
TITLES = {
    Act.SUBMIT: lambda: _("Submit the objectives of"),
    Act.SIGN: lambda: _("Sign the objectives of"),
    Act.AUDIT: lambda: _("Audit and sign the objectives of"),
    Act.APPROVE: lambda: _("Approve the objectives of"),
    Act.FILE: lambda: _("Check and file the objectives of"),
}
HEADS = {
    Act.SUBMIT: lambda: _("If you submit"),
    Act.SIGN: lambda: _("If you sign"),
    Act.AUDIT: lambda: _("If you sign"),
    Act.APPROVE: lambda: _("If you approve"),
    Act.FILE: lambda: _("If you file"),
}


def of(act: str, *, seal: bool, following: str) -> list[str]:
    """The consequences of an act in their order; `following` is the role of the next step, or empty."""
    act = Act(act)
    if act == Act.FILE:
        return [
            _("The office's stamp closes the document and gives it a receipt number. It needs no passphrase."),
            _("The paper is public at once, and stays so. Later changes are numbered and shown beside it."),
            _("You check form, not content. What must change goes back to the unit with your reasons."),
        ]
    words = [
        GOES_TO[Role(following)]()
        if following
        else _("Yours is the last signature: the school may publish it from now on.")
    ]
    if seal:
        words.append(_("The unit's seal is set beside your signature."))
    if following:
        words.append(_("Once it is public it stays so. Later changes are numbered and shown beside it."))
    return [*words, _your_part(act)]


def _your_part(act: Act) -> str:
    if act == Act.SIGN:
        return _("You answer for it. You cannot unsign; you can ask for an amendment.")
    if act in PERSONAL:
        return _("You answer for it with the head. You cannot unsign; you can ask for an amendment.")
    return _("You do not sign here: your act is recorded with your name, post and time.")


def button(act: str, *, following: str) -> str:
    """The words on the button: a verb and where the paper goes."""
    act = Act(act)
    if act == Act.SUBMIT:
        return SUBMIT_TO[Role(following)]() if following in SUBMIT_TO else _("Submit the paper")
    if following:
        return SIGN_AND_SEND[Role(following)]()
    return _("Approve and sign") if act == Act.APPROVE else _("Sign the paper")
