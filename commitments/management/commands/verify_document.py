"""manage.py verify_document FILE: who signed it and when, or what is wrong with it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, no_translations

from commitments import queries
from portal.core.signing.verify import LARGEST, Finding, Verdict, examine
from portal.core.wording import CHINA

NOT_GENUINE, UNREADABLE = 1, 2
WORDS = {Verdict.ALTERED: "altered", Verdict.NOT_ISSUED: "not issued here", Verdict.NOT_PDF: "not a PDF file"}


class Command(BaseCommand):
    """Exit 0: genuine. 1: altered or not issued here. 2: the file cannot be read. Always in English, for scripts."""

    help = "Judge a PDF that claims to be a document of this portal."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the PDF file")

    @no_translations
    def handle(self, *args, file: Path, **options):
        try:
            with file.open("rb") as stream:
                data = stream.read(LARGEST + 1)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}", returncode=UNREADABLE) from error
        finding = examine(data, known=queries.known_document, issued=queries.resembled_document)
        if not finding.verdict.genuine:
            code = UNREADABLE if finding.verdict == Verdict.NOT_PDF else NOT_GENUINE
            raise CommandError(f"{WORDS[finding.verdict]}: {' '.join(finding.reasons)}", returncode=code)
        self._praise(finding)

    def _praise(self, finding: Finding) -> None:
        known = finding.document
        end = "complete" if finding.verdict == Verdict.GENUINE_COMPLETE else "not complete"
        self.stdout.write(f"genuine, signed by {known.signed} of {known.expected}, {end}")
        for fact in finding.signatures:
            when = f"{fact.at.astimezone(CHINA):%Y-%m-%d %H:%M}" if fact.at else "time unknown"
            self.stdout.write(f"  {when}  {' '.join(filter(None, (fact.signer, fact.post, fact.bureau)))}")
        if any(fact.demo for fact in finding.signatures):
            self.stdout.write("signed with DEMO certificates: it proves nothing outside the demonstration")
        self.stdout.write(f"SHA-256 {finding.sha256}")
