"""When a campaign's months, quarters and half-years fall due: settings, and the months that were opened."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from commitments.periods import DispatchRule, Period
from objectives.models import Campaign

DUE = [
    ("day", _("a day of the month")),
    ("workday", _("a working day of the next month")),
    ("last", _("the last working day of the month")),
]


def remind_before() -> list[int]:
    return [2]


def remind_after() -> list[int]:
    return [1, 3]


def ballot_weights() -> dict[str, int]:
    return {"leaders": 30, "peers": 20, "public": 50}


def ballot_minimums() -> dict[str, int]:
    return {"leaders": 3, "peers": 5, "public": 5}


class Timetable(models.Model):
    """The days of one campaign's clock, as its style office sets them. Days are working days unless named otherwise.

    `exceptions` are due days of single months: {"2026-10": "2026-10-27"}. Percentages are points of the plan.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="timetable")
    due = models.CharField(_("reports are due on"), max_length=10, choices=DUE, default="day")
    number = models.PositiveSmallIntegerField(_("number of that day"), default=25)
    opens_before = models.PositiveSmallIntegerField(_("the month opens so many working days before"), default=5)
    remind_before = models.JSONField(_("reminders before"), default=remind_before)
    remind_after = models.JSONField(_("reminders after"), default=remind_after)
    remind_hour = models.PositiveSmallIntegerField(_("hour of reminders"), default=9)
    spacing = models.PositiveSmallIntegerField(_("working days between two reminders to one person"), default=1)
    freezes_after = models.PositiveSmallIntegerField(_("working days from the due day to the freeze"), default=5)
    bulletin_after = models.PositiveSmallIntegerField(_("working days from the freeze to the bulletin"), default=5)
    review_open_days = models.PositiveSmallIntegerField(_("working days a review stays open"), default=10)
    weights = models.JSONField(_("weights of the ballot groups"), default=ballot_weights)
    minimums = models.JSONField(_("fewest valid ballots of a group"), default=ballot_minimums)
    behind_at = models.PositiveSmallIntegerField(_("points under plan: behind"), default=10)
    well_behind_at = models.PositiveSmallIntegerField(_("points under plan: well behind"), default=30)
    rectify_days = models.PositiveSmallIntegerField(_("working days to put something right"), default=10)
    exceptions = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="timetable_thresholds_in_order",
                condition=Q(well_behind_at__gt=F("behind_at")),
                violation_error_message=_("“Well behind” must begin after “behind”."),
            ),
            models.CheckConstraint(name="timetable_hour_of_the_day", condition=Q(remind_hour__lte=23)),
        ]

    def __str__(self):
        return f"{self.campaign}"

    @property
    def rule(self) -> DispatchRule:
        return DispatchRule(
            due=self.due,
            number=self.number,
            opens_before=self.opens_before,
            remind_before=tuple(self.remind_before),
            remind_after=tuple(self.remind_after),
            freezes_after=self.freezes_after,
        )


class Month(models.Model):
    """One month's dispatch of a campaign. Its days are frozen when it opens; later changes of the timetable
    bind later months. `caught_up`: opened after its intended day, because the clock had stood still.

    `filled_at` is set once every unit has its sheet; until then the opening goes on where it stopped.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="months")
    code = models.CharField(max_length=7)
    opens_on = models.DateField()
    due_on = models.DateField()
    freezes_on = models.DateField()
    remind_on = models.JSONField(default=list)
    head_from = models.DateField()
    opened_at = models.DateTimeField()
    caught_up = models.BooleanField(default=False)
    filled_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True, help_text="the newest reminder day that was served")
    frozen_at = models.DateTimeField(null=True, blank=True)
    summary = models.JSONField(default=dict, blank=True, help_text="counts at the freeze")

    class Meta:
        ordering = ["campaign", "code"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "code"], name="month_once_a_campaign"),
            models.CheckConstraint(
                name="month_days_in_order", condition=Q(due_on__gte=F("opens_on"), freezes_on__gte=F("due_on"))
            ),
            models.CheckConstraint(
                name="month_frozen_once_filled", condition=Q(frozen_at=None) | Q(filled_at__isnull=False)
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def period(self) -> Period:
        return Period.parse(self.code)


class NumberSeries(models.Model):
    """How far the numbers of one kind of official document have come, counted under this row's lock. `numbers.py` joins
    the campaigns of one bureau and year to one series.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="number_series")
    kind = models.SlugField(max_length=20)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "kind"], name="number_series_once_a_kind")]

    def __str__(self):
        return f"{self.kind} {self.last}"
