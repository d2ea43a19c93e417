"""Shape of what people write on the sign page: signature, checklist, reasons for a return."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from objectives import telling
from objectives.routes import PERSONAL, Act
from portal.core import seals
from portal.core.errors import Refused

AUDITS = frozenset({Act.AUDIT, Act.APPROVE})


def secret(label, autocomplete: str, help_text=""):
    """A passphrase field: never stripped, never shown again, never remembered by a browser."""
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, help_text=help_text, strip=False, max_length=128, widget=widget)


class ActForm(forms.Form):
    """The act of one open step. Only the fields that this step and this person need are there.

    `enrols`: the person has no signing key yet and makes one with the same form.
    """

    step = forms.IntegerField(widget=forms.HiddenInput)
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    strokes = forms.CharField(required=False, widget=forms.HiddenInput)
    strokes_stored = forms.CharField(required=False, widget=forms.HiddenInput)
    checklist = forms.MultipleChoiceField(
        label=gettext_lazy("What you have checked"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick what holds. If a point does not hold, return the paper.")},
    )
    passphrase = secret(
        gettext_lazy("Your signing passphrase"),
        "off",
        gettext_lazy("Not your login password. The portal never stores it and cannot recover it."),
    )
    new_passphrase = secret(
        gettext_lazy("Choose your signing passphrase"),
        "new-password",
        gettext_lazy(
            "At least 8 characters; three words are good. Not your login password. "
            "The portal never stores it and cannot recover it."
        ),
    )
    again = secret(gettext_lazy("The passphrase once more"), "new-password")
    read = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Tick that you have read the objectives and agree; without it nothing is signed.")
        }
    )

    def __init__(self, *args, step, enrols: bool, count: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.enrols = enrols
        self.fields["checklist"].choices = [
            (key, _("%(label)s: %(words)s") % {"label": name, "words": line}) for key, name, line in telling.CHECKS
        ]
        self.fields["read"].label = ngettext(
            "I have read the %(n)s objective and agree", "I have read all %(n)s objectives and agree", count
        ) % {"n": count}
        for name in self._needless(step.act):
            del self.fields[name]

    def _needless(self, act: str) -> set[str]:
        new = {"new_passphrase", "again"}
        needless = set() if act in AUDITS else {"checklist"}
        if act not in PERSONAL:
            return needless | new | {"strokes", "strokes_stored", "passphrase"}
        return needless | ({"passphrase"} if self.enrols else new)

    @property
    def secret_field(self) -> str:
        """Where a refusal of the passphrase is told."""
        return "new_passphrase" if self.enrols else "passphrase"

    def clean_checklist(self):
        ticked = self.cleaned_data["checklist"]
        lacking = [str(name) for key, name, _line in telling.CHECKS if key not in ticked]
        if lacking:
            raise forms.ValidationError(
                _("Not ticked: %(points)s. If a point does not hold, return the paper with reasons.")
                % {"points": pgettext("between names", ", ").join(lacking)}
            )
        return ticked

    def clean_strokes(self):
        """The text as it was drawn; unreadable handwriting is refused here, before anything is opened."""
        text = self.cleaned_data["strokes"]
        try:
            return seals.parse_strokes(text) and text if text else ""
        except Refused as told:
            raise forms.ValidationError(str(told)) from told

    @property
    def drawn(self) -> list | None:
        """The strokes drawn now, or None: then the stored handwriting stands."""
        text = self.cleaned_data.get("strokes")
        return seals.parse_strokes(text) if text else None


class ReturnForm(forms.Form):
    """Why a paper goes back: one reason, and a comment on any objective."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("What must change"),
        help_text=gettext_lazy("The unit reads exactly these words."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say what must change: the unit reads exactly these words.")},
    )

    def __init__(self, *args, articles: list[dict], **kwargs):
        super().__init__(*args, auto_id="return_%s", **kwargs)
        for article in articles:
            self.fields[f"remark_{article['number']}"] = forms.CharField(
                label=_("Objective %(n)s: %(text)s") % {"n": article["number"], "text": article["text"]},
                max_length=300,
                required=False,
            )

    @property
    def remarks(self) -> dict[int, str]:
        """What was written, by objective number."""
        written = {name: text for name, text in self.cleaned_data.items() if name.startswith("remark_") and text}
        return {int(name.removeprefix("remark_")): text for name, text in written.items()}
