from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectivesConfig(AppConfig):
    name = "objectives"

    def ready(self):
        from objectives import (  # noqa: PLC0415 -- models exist only from here on
            campaign_checks,
            campaign_sections,
            desk,
            queries,
        )
        from portal.core import campaign_file, lenses, menu  # noqa: PLC0415 -- models exist only from here on
        from portal.core import desk as desks  # noqa: PLC0415 -- models exist only from here on

        campaign_file.register("objectives", campaign_sections.SECTIONS, campaign_checks.check)
        desks.register(desk.items)
        lenses.register("objectives.paper", queries.papers_as_things)
        menu.register(_("Papers"), "papers", order=10)
