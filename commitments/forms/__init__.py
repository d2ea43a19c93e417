"""The shape of what people hand in. One module a topic."""

from commitments.forms.verifying import TOO_LARGE, CodeForm, FileForm, InMemory

__all__ = ["TOO_LARGE", "CodeForm", "FileForm", "InMemory"]
