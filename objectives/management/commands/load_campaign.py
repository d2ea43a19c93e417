"""`manage.py load_campaign FILE [--year Y] [--check]`."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import loading
from portal.core import campaign_file, special_days
from portal.core.errors import Refused

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Command(BaseCommand):
    help = "Load a campaign from its file, in one transaction. A bad file changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--year", type=int, help="move every date to this year, deadlines to its working days")
        parser.add_argument("--check", action="store_true", help="only say whether the file is good")

    def handle(self, *args, file, year=None, check=False, **options):
        try:
            campaign = self._read(file, year)
            if check:
                self.stdout.write(_("%(file)s is a good campaign file.") % {"file": file.name})
                return
            with transaction.atomic():
                outcome = loading.load(campaign, by="command", at=timezone.now())
        except campaign_file.BadCampaignFile as bad:
            raise CommandError(self._told(file, bad)) from None
        except Refused as refusal:
            raise CommandError(_("Nothing was loaded. %(why)s") % {"why": refusal}) from None
        except DatabaseError as problem:
            told = _("Nothing was loaded. The database answered: %(why)s. Has `manage.py migrate` run?")
            raise CommandError(told % {"why": problem}) from None
        self._tell(outcome)

    def _read(self, file: Path, year: int | None) -> campaign_file.CampaignFile:
        campaign = campaign_file.read(file)
        if year is None:
            return campaign
        if not FIRST_YEAR <= year <= LAST_YEAR:
            told = _("A campaign's year lies between %(first)d and %(last)d.")
            raise Refused(told % {"first": FIRST_YEAR, "last": LAST_YEAR})
        workdays = special_days.known()
        if not workdays.knows(year):
            told = _("The holidays of %(year)d are not known yet: its weeks count as ordinary ones.")
            self.stderr.write(self.style.WARNING(told % {"year": year}))
        return campaign.redated(year, workdays)

    def _told(self, file: Path, bad: campaign_file.BadCampaignFile) -> str:
        count = len(bad.problems)
        head = ngettext(
            "%(file)s: %(n)d thing is wrong. Nothing was loaded.",
            "%(file)s: %(n)d things are wrong. Nothing was loaded.", count,
        )  # fmt: skip
        return "\n".join([head % {"file": file.name, "n": count}, *(f"  {problem}" for problem in bad.problems)])

    def _tell(self, outcome: loading.Outcome) -> None:
        campaign = outcome.campaign
        if outcome.did_nothing:
            told = _("%(code)s is loaded already, exactly as in this file. Nothing was changed.")
            self.stdout.write(told % {"code": campaign.code})
            return
        rows = [(_("campaign"), f"{campaign.code}  {campaign.title_zh}")]
        rows += [(_("from – to"), f"{campaign.starts_on} – {campaign.ends_on}")]
        rows += [(_("deadline %(key)s") % {"key": row.key}, row.on) for row in campaign.deadlines.all()]
        rows += [(_("new %(what)s") % {"what": what}, count) for what, count in outcome.loaded.added.items()]
        rows += [(_("papers printed in the plan"), campaign.papers.filter(is_printed_plan=True).count())]
        if outcome.changed:
            rows += [(_("sections changed"), ", ".join(outcome.changed)), (_("renamed"), outcome.loaded.renamed)]
        width = max(len(str(name)) for name, _value in rows)
        self.stdout.write("\n".join(f"{name:<{width}}  {value}" for name, value in rows))
