"""What is promised in public, and all that keeps the promise."""

from commitments.models.amendment import Amendment, AmendmentStep
from commitments.models.bulletin import Bulletin
from commitments.models.dispatch import Aggregate, Chaser, Decision, Entry, Evidence, Meeting, Sheet
from commitments.models.documents import DocumentKind, OfficialDocument, OfficialFile
from commitments.models.ledger import Line, SavedView
from commitments.models.publication import Commitment, Publication
from commitments.models.rectification import Extension, Rectification
from commitments.models.review import Invitation, Review, Subject, Tally
from commitments.models.timetable import Month, NumberSeries, Timetable

__all__ = [
    "Aggregate", "Amendment", "AmendmentStep", "Bulletin", "Chaser", "Commitment", "Decision", "DocumentKind", "Entry",
    "Evidence", "Extension", "Invitation", "Line", "Meeting", "Month", "NumberSeries", "OfficialDocument",
    "OfficialFile", "Publication", "Rectification", "Review", "SavedView", "Sheet", "Subject", "Tally", "Timetable",
]  # fmt: skip
