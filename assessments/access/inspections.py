"""Who reaches the addresses of inspections on the spot.

The list opens for everyone who is logged in and holds only what is theirs. A sheet opens by guardian's grant alone;
tests/assessments/test_inspection_access.py walks those addresses with every actor, before and after the round closes.
"""

from portal.core.access import Row, page

ACCESS: dict[str, Row] = {
    "inspections": page(),
    "inspection_worker": page(),
    "inspection": Row("inspection", ("GET", "POST")),
    "inspection_sheet": Row("inspection", ("GET", "POST")),
    "inspection_photo_add": Row("inspection", ("POST",)),
    "inspection_photo": Row("inspection"),
    "inspection_photo_remove": Row("inspection", ("POST",)),
    "inspection_order": Row("inspection", ("POST",)),
    "inspections_close": Row("inspection", ("POST",)),
}
