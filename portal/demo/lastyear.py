"""Last year's cycle of the sample bureau, from its papers to its closing archive: played once, in one go.

It is over whenever the demonstration begins, so nothing of it depends on the day. Where the portal holds last year
already, whoever made it, it is left alone.
"""

from datetime import date, datetime, time

from objectives.models import Campaign
from portal.core.workdays import ONE_DAY, Workdays
from portal.demo import before, judging, keeping, learning, scenes, script
from portal.demo.play import Play
from portal.demo.script import SHANGHAI

BUREAU = before.BUREAU
SCENES = (scenes.name_people, scenes.bulletins_due, scenes.review_due, scenes.aggregates_due, learning.play_day)
ENDS = (3, 1)
"""Month and day of the next year by which its reviews and bulletins are out."""


def is_played(year: int) -> bool:
    return Campaign.objects.filter(year=year, bureau__code=BUREAU).exists()


def play(year: int, *, workdays: Workdays) -> Play:
    """Play the cycle of that year; its campaign is loaded and its people are appointed."""
    ends = datetime.combine(date(year + 1, *ENDS), time.max, SHANGHAI)
    played = Play(year, texts=before.text_of)
    played.run(script.acts(year, workdays, before.SCRIPT), until=ends)
    campaign = Campaign.objects.select_related("bureau").get(year=year, bureau__code=BUREAU)
    steps = judging.steps(campaign, workdays)
    day, ticking = date(year, 5, 20), keeping.days_of_the_clock(year, workdays)
    while day <= ends.date():
        if day in ticking:
            keeping.tick(day, time(9), ends)
        if workdays.is_workday(day):
            scene = scenes.Scene(campaign, year, day, workdays)
            for sheet in keeping.due(year, day, workdays):
                played.played += keeping.report(sheet, day, ends, before.row_of)
            played.played += sum(act(scene) for act in SCENES)
            for step in steps.get(day, ()):
                played.played += step(scene)
        day += ONE_DAY
    return played
