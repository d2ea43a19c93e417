"""`manage.py demo [--on DATE] [--logins]`."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.core.clock import is_demo
from portal.core.errors import Refused
from portal.demo import founding
from portal.demo.logins import told


def day(text: str) -> date:
    return date.fromisoformat(text)


class Command(BaseCommand):
    help = "Play the demonstration year on a database of its own, up to a day. A second run plays only what is new."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, metavar="DATE", help="play up to this day (2026-05-31); default: today")
        parser.add_argument("--logins", action="store_true", help="only say who can sign in, and what waits for them")

    def handle(self, *args, on=None, logins: bool = False, **options):
        now = timezone.now()
        if logins:
            self._tell_logins(now)
            return
        try:
            played = founding.play(on=on, now=now)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        year, count = played.year, played.played
        told = f"{count} acts played, 演示{count}步." if count else "nothing new to play. 没有新的演示内容。"
        self.stdout.write(f"Plan year {year}年: {told}")
        for (bureau, unit), why in played.left_alone.items():
            self.stdout.write(f"  {bureau}/{unit}: left as people have made it ({why})")

    def _tell_logins(self, now):
        if not is_demo():
            raise CommandError("This database holds no demonstration. 本库不是演示库。")
        self.stdout.write(told(on=timezone.localdate(now)))
