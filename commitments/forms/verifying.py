"""The shape of what a stranger hands in at the verify page."""

from io import BytesIO

from django import forms
from django.core.files.uploadhandler import FileUploadHandler, InMemoryUploadedFile, StopUpload
from django.utils.translation import gettext_lazy as _

from portal.core.signing.verify import LARGEST

TOO_LARGE = _("The file is larger than 20 MB. Every document issued here is smaller; please choose the PDF itself.")


class FileForm(forms.Form):
    """One file, judged and forgotten."""

    file = forms.FileField(
        label=_("The PDF file"),
        help_text=_("Up to 20 MB. The file is judged at once and not kept."),
        error_messages={
            "required": _("Choose the PDF file that you want to check."),
            "empty": _("The file is empty. Choose the PDF file that you want to check."),
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return file


class CodeForm(forms.Form):
    """The code printed beside the QR code of a paper."""

    code = forms.CharField(
        label=_("The code printed on the paper"),
        help_text=_("Twelve letters and digits, beside the QR code."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class InMemory(FileUploadHandler):
    """Holds an upload in memory and never on disk; stops at the first byte too many."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.held = bytearray()

    def receive_data_chunk(self, raw_data, start):
        if len(self.held) + len(raw_data) > LARGEST:
            raise StopUpload(connection_reset=True)
        self.held += raw_data

    def file_complete(self, file_size):
        return InMemoryUploadedFile(
            BytesIO(bytes(self.held)), self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
