"""manage.py verify_record: re-compute the chain of deeds from its beginning."""

from django.core.management.base import BaseCommand, CommandError, no_translations

from portal.core import deeds


class Command(BaseCommand):
    """Exit 0: the chain holds. 1: the first deed at which it does not. Always in English, for scripts."""

    help = "Re-compute the record's chain of hashes and name the first broken deed."

    @no_translations
    def handle(self, *args, **options):
        if broken := deeds.first_break():
            raise CommandError(f"deed {broken.number}: {broken.problem}", returncode=1)
        number, head = deeds.head()
        self.stdout.write(f"the record holds: {number} deeds, newest {head}")
