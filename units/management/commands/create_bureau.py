"""`manage.py create_bureau FILE --admin EMAIL`."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import campaign_file
from portal.core.errors import Refused
from units import founding


class Command(BaseCommand):
    help = "Set up a real bureau on an empty database, with its first style-office account."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="the first person of the style office")

    def handle(self, *args, file, admin, **options):
        email, now = admin.strip().lower(), timezone.now()
        try:
            validate_email(email)
            founded = founding.found_bureau(campaign_file.read(file), email=email, by="command", at=now)
        except ValidationError:
            raise CommandError(_("“%(email)s” is no e-mail address. Nothing was created.") % {"email": admin}) from None
        except campaign_file.BadCampaignFile as bad:
            told = "\n".join(f"  {problem}" for problem in bad.problems)
            raise CommandError(_("Nothing was created. The file is wrong:") + f"\n{told}") from None
        except Refused as refusal:
            raise CommandError(_("Nothing was created. %(why)s") % {"why": refusal}) from None
        except DatabaseError as problem:
            told = _("Nothing was created. The database answered: %(why)s. Has `manage.py migrate` run?")
            raise CommandError(told % {"why": problem}) from None
        self._tell(founded, file, timezone.localtime(now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)))

    def _tell(self, founded: founding.Founded, file: Path, until) -> None:
        bureau, added = founded.loaded.bureau, founded.loaded.added
        posts = " + ".join(post.title_zh for post in founded.posts)
        lines = [
            f"{bureau.name_zh} / {bureau.name_en} ({bureau.code})",
            _("%(units)d units, %(posts)d posts") % {"units": added["units"], "posts": added["posts"]},
            "",
            _("Invitation"),
            f"  {founded.user.email}: {posts}",
            f"  {founded.link}",
            "  "
            + _("Set a password at this address until %(until)s; it works once.")
            % {"until": f"{until:%Y-%m-%d %H:%M}"},
            "",
            _("Next: manage.py load_campaign %(file)s") % {"file": file},
        ]
        self.stdout.write("\n".join(lines))
