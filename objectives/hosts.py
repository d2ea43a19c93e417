"""The one form of a benchmark's name by which units that chose the same place are found. Pure."""

import unicodedata

LONGEST = 80


def host_of(name_zh: str) -> str:
    """The name without spaces, width, case and the mark of a sample: 奎文区 文广新局（示例） → 奎文区文广新局."""
    name = unicodedata.normalize("NFKC", name_zh).replace("(示例)", "")
    return "".join(name.split()).casefold()[:LONGEST]
