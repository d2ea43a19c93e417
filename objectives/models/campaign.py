"""A year's campaign as its file gives it: dates, rules by unit kind, benchmark units."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from objectives import routes
from units.models import Bureau, UnitKind


class Campaign(models.Model):
    """One bureau's campaign of one year. `rules` are the paper's rules; `content` holds what is shown or
    used by later floors (slogans, principles, channels, cadence, benchmarking, assessment, number account).
    """

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="campaigns")
    code = models.SlugField(max_length=60, unique=True)
    year = models.PositiveSmallIntegerField()
    number_prefix = models.CharField(max_length=8)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    paper_title_zh = models.CharField(max_length=80)
    paper_title_en = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    rules = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    file_hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=40)
    receipts = models.PositiveIntegerField(default=0, help_text="filing numbers given so far")

    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "code"]
        constraints = [
            models.CheckConstraint(name="campaign_ends_after_it_starts", condition=Q(ends_on__gt=F("starts_on")))
        ]

    def __str__(self):
        return self.title_zh

    def deadline(self, key: str):
        """The day of a named deadline, or None."""
        return next((deadline.on for deadline in self.deadlines.all() if deadline.key == key), None)


class Stage(models.Model):
    """A stage of the campaign; stages may overlap (Anqiu: publishing begins before setting ends)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField()
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    about_zh = models.CharField(max_length=200, blank=True)
    about_en = models.CharField(max_length=240, blank=True)
    from_on = models.DateField()
    to_on = models.DateField()
    phrase = models.CharField(max_length=160, blank=True, help_text=_("As the plan words it"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="stage_once_a_campaign"),
            models.CheckConstraint(name="stage_ends_after_it_begins", condition=Q(to_on__gte=F("from_on"))),
        ]

    def __str__(self):
        return self.name_zh


class Deadline(models.Model):
    """A named day. `kinds` are the unit kinds it binds (all when empty)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="deadlines")
    key = models.SlugField()
    on = models.DateField()
    kinds = models.JSONField(default=list, blank=True)
    phrase = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="deadline_once_a_campaign")]

    def __str__(self):
        return f"{self.key} {self.on}"


class KindRule(models.Model):
    """What a campaign asks of one kind of unit.

    `route` is a list of `role:act[+seal]`. `sections` are the required heads of the paper:
    [{"key", "name_zh", "name_en", "items": [{"key", "name_zh", "name_en"}]}]. `basis` says whether the
    plan itself ("plan") or the portal ("portal") chose the route.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="kind_rules")
    kind = models.ForeignKey(UnitKind, on_delete=models.PROTECT, related_name="rules")
    route = models.JSONField()
    publisher = models.CharField(max_length=20, choices=[("unit", _("The unit")), ("style_office", _("Style office"))])
    sections = models.JSONField(default=list, blank=True)
    length_exempt = models.BooleanField(default=False)
    basis = models.CharField(max_length=10, choices=[("plan", _("The plan")), ("portal", _("The portal"))])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "kind"], name="kind_rule_once_a_campaign")]

    def __str__(self):
        return f"{self.campaign} {self.kind}"

    @property
    def steps(self) -> list[routes.RouteStep]:
        return [routes.parse(text) for text in self.route]


class Benchmark(models.Model):
    """A benchmark unit in its small form. The four answers are the comparability rule of the culture plan:
    similar line, similar base, can be learned from, can be caught up with.
    """

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="benchmarks")
    unit = models.ForeignKey(
        "units.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="benchmarks",
        help_text=_("The unit that chose it; empty when the bureau did"),
    )  # fmt: skip
    key = models.SlugField(max_length=60)
    name_zh = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    tier = models.CharField(
        _("tier"), max_length=10, choices=[("city", _("City")), ("province", _("Province")), ("nation", _("Nation"))]
    )
    similar_line = models.BooleanField(_("similar line of work"), null=True)
    similar_base = models.BooleanField(_("similar basic conditions"), null=True)
    learnable = models.BooleanField(_("can be learned from"), null=True)
    catchable = models.BooleanField(_("can be caught up with"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    host = models.CharField(max_length=80, blank=True, help_text="the name in one form: who chose the same place")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="from then on nobody new is matched with it")

    history = HistoricalRecords()

    class Meta:
        ordering = ["tier", "name_zh"]
        constraints = [models.UniqueConstraint(fields=["bureau", "key"], name="benchmark_key_once_a_bureau")]
        indexes = [models.Index(fields=["bureau", "host"], name="benchmark_of_host")]

    def __str__(self):
        return self.name_zh

    @property
    def is_comparable(self) -> bool:
        return all((self.similar_line, self.similar_base, self.learnable, self.catchable))
