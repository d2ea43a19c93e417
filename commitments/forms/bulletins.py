"""Shape of what is written in a bulletin, of its way to the leader, and of reasons."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments import bulletin_words
from commitments.models import Bulletin
from commitments.policies import bulletins as policies
from objectives.forms.fields import TOO_LONG
from units.models import Post

ACTS = [("save", _("Save")), ("recount", _("Count anew")), ("send", _("Send"))]

EMPTY = _("Write a sentence here, also when there is nothing to tell.")


class PostField(forms.ModelChoiceField):
    def label_from_instance(self, post: Post) -> str:
        return str(post)


class BulletinForm(forms.Form):
    """The sections, one paragraph a line, with the version they were written on; every act saves them first."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    act = forms.ChoiceField(choices=ACTS, widget=forms.HiddenInput)
    signer = PostField(
        label=_("Who signs"), queryset=Post.objects.none(), required=False, empty_label=_("Choose a post"),
        help_text=_("A leader of the bureau, or its head. Needed for sending."),
    )  # fmt: skip

    def __init__(self, data=None, *, bulletin: Bulletin):
        initial = {"version": bulletin.version, "act": "save", "signer": bulletin.signer_id}
        initial |= {key: "\n".join(bulletin.text.get(key, ())) for key in bulletin_words.SECTIONS}
        super().__init__(data, initial=initial)
        self.fields["signer"].queryset = policies.signers(bulletin.campaign.bureau_id)
        for place, (key, title) in enumerate(bulletin_words.SECTIONS.items()):
            area = forms.Textarea(attrs={"rows": 4, "lang": "zh-Hans"})
            label = f"{bulletin_words.NUMERALS[place]}、{title}"
            self.fields[key] = forms.CharField(
                label=label, max_length=20_000, widget=area, error_messages={"required": EMPTY, **TOO_LONG}
            )

    def clean(self):
        data = super().clean()
        if data.get("act") == "send" and not data.get("signer") and "signer" not in self.errors:
            self.add_error("signer", _("Choose who signs the bulletin."))
        return data

    @property
    def sections(self) -> list:
        """The fields of the text, in the order of the document."""
        return [self[key] for key in bulletin_words.SECTIONS]

    @property
    def text(self) -> dict[str, list[str]]:
        return {key: self.cleaned_data[key].splitlines() for key in bulletin_words.SECTIONS}

    def rest_on(self, version: int) -> None:
        """Say on which version the typed text may be stored next."""
        self.data = self.data.copy()
        self.data["version"] = version


class ReasonForm(forms.Form):
    """Why a bulletin goes back, or what was wrong with one."""

    reason = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a sentence."), **TOO_LONG},
    )  # fmt: skip

    def __init__(self, *args, label: str, hint: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, hint
