from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectivesConfig(AppConfig):
    name = "objectives"

    def ready(self):
        from objectives import (  # noqa: PLC0415 -- models exist only from here on
            benchmark_desk,
            benchmark_queries,
            campaign_checks,
            campaign_sections,
            desk,
            queries,
            visit_queries,
        )
        from portal.core import campaign_file, lenses, menu  # noqa: PLC0415 -- models exist only from here on
        from portal.core import desk as desks  # noqa: PLC0415 -- models exist only from here on

        campaign_file.register("objectives", campaign_sections.SECTIONS, campaign_checks.check)
        desks.register(desk.items)
        lenses.register("objectives.paper", queries.papers_as_things)
        menu.register(_("Papers"), "papers", order=10)
        desks.register(benchmark_desk.items)
        lenses.register("objectives.benchmark", benchmark_queries.benchmarks_as_things)
        lenses.register("objectives.pairing", benchmark_queries.pairings_as_things)
        lenses.register("objectives.contact", benchmark_queries.contacts_as_things)
        lenses.register("objectives.visit", visit_queries.visits_as_things)
        lenses.register("objectives.blackout", visit_queries.blackouts_as_things)
        menu.register(_("Benchmarks"), "benchmarks", order=40)
        menu.register(_("Visits"), "visits", order=42)
