"""How a draw is named in addresses. Pure."""

import re

NUMBER = re.compile(r"〔(\d{4})〕(\d+)号$")
SLUG = re.compile(r"(\d{4})-([1-9]\d{0,5})")


def slug(number: str) -> str:
    """2026-3 for 北办抽〔2026〕3号; empty for a draw that has no number yet."""
    found = NUMBER.search(number)
    return f"{found[1]}-{found[2]}" if found else ""


def number_ending(slug: str) -> str:
    """〔2026〕3号 for 2026-3; empty for anything else."""
    found = SLUG.fullmatch(slug)
    return f"〔{found[1]}〕{found[2]}号" if found else ""
