"""The short form of a contact."""

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.forms.fields import TOO_LONG
from objectives.forms.visits import required_day
from objectives.states import ContactWay

WAYS = [(way.value, way.label) for way in ContactWay if way != ContactWay.VISIT]


class ContactForm(forms.Form):
    """When, how, about what. A visit is written up on its own page and counts by itself."""

    use_required_attribute = False
    on = required_day(_("On which day"))
    way = forms.ChoiceField(label=_("How"), choices=WAYS, widget=forms.RadioSelect,
                            error_messages={"required": _("Choose how you were in contact.")})  # fmt: skip
    about = forms.CharField(
        label=_("About what"), max_length=200, help_text=_("No names and no telephone numbers: posts and matters."),
        error_messages={"required": _("Say what the contact was about.")} | TOO_LONG,
    )  # fmt: skip
    learned = forms.CharField(
        label=_("What is new there, and what you take up"), max_length=300, required=False, error_messages=TOO_LONG,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


class BlackoutForm(forms.Form):
    """Days of key work on which nobody visits."""

    use_required_attribute = False
    from_on = required_day(_("First day"))
    to_on = required_day(_("Last day"))
    why_zh = forms.CharField(label=_("For which work"), max_length=80, widget=forms.TextInput({"lang": "zh-Hans"}),
                             error_messages={"required": _("Say which work it is for.")} | TOO_LONG)  # fmt: skip
    why_en = forms.CharField(label=_("The same in English"), max_length=120, required=False, error_messages=TOO_LONG,
                             widget=forms.TextInput({"lang": "en"}))  # fmt: skip


class WhyChosenForm(forms.Form):
    """Why a benchmark is chosen that does not meet the comparability rule."""

    use_required_attribute = False
    why = forms.CharField(
        label=_("Why it is chosen all the same"), max_length=300, widget=forms.Textarea({"rows": 2}), required=False,
        help_text=_("It does not meet the comparability rule. The whole bureau reads these words."),
        error_messages=TOO_LONG,
    )  # fmt: skip


class WhyForm(forms.Form):
    """One reason, word for word."""

    use_required_attribute = False
    why = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea({"rows": 2}),
                          error_messages={"required": _("Say why.")} | TOO_LONG)  # fmt: skip
