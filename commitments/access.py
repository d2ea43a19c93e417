"""Who reaches the addresses of `urls.py`. Public ones are the same for everyone."""

from objectives.access import FILED, READERS, TO_FILE
from portal.core.access import Row, cells, page, public

PUBLISHERS = {
    "style_office": TO_FILE | cells(FILED, ("complete",)),
    "own_staff": cells(("town_school",), ("complete",)),
    "own_head": cells(("town_school",), ("complete",)),
}

ACCESS = {
    "publish_queue": page("style_office", "foreign_office"),
    "timetable": page("style_office", "foreign_office", methods=("GET", "POST")),
    "publish": Row("paper", ("POST",), see=READERS, act=PUBLISHERS),
    "change_ask": Row("promise", ("GET", "POST")),
    "changes": page(),
    "change": Row("change", ("GET", "POST")),
    "rectifications": page(),
    "rectification_new": page("style_office", "foreign_office", methods=("GET", "POST")),
    "rectification": Row("rectification", ("GET", "POST")),
    "rectification_edit": Row("rectification", ("GET", "POST")),
    "rectification_sign": Row("rectification", ("POST",)),
    "rectification_evidence": Row("rectification", ("GET", "POST")),
    "rectification_pdf": Row("rectification"),
    "reviews": page("style_office", "foreign_office"),
    "review": Row("review"),
    "review_slips": Row("review", ("POST",)),
    "review_void": Row("review", ("POST",)),
    "review_publish": Row("review", ("POST",)),
    "review_vote": Row("review", ("GET", "POST")),
    "ballot_short": public(),
    "ballot_counted": public(),
    "ballot": public("GET", "POST"),
    "review_result": public(),
    "report": page("own_staff", "own_head", "other_unit", "foreign_unit"),
    "report_sheet": Row("sheet", ("GET", "POST")),
    "report_preview": Row("sheet"),
    "report_evidence": Row("sheet", ("GET", "POST")),
    "evidence": Row("evidence"),
    "evidence_remove": Row("evidence", ("POST",)),
    "verify_short": public(),
    "commitment_short": public(),
    "home": public(),
    "about": public(),
    "accessibility": public(),
    "verify": public("GET", "POST"),
    "document": public(),
    "bureau": public(),
    "units": public(),
    "unit": public(),
    "commitment": public(),
}
