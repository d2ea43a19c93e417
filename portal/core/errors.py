"""What a caller may catch."""


class Refused(Exception):
    """An act that may not happen. Its text is a sentence for the reader: what, who, since when."""
