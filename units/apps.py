from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "units"

    def ready(self):
        from portal.core import campaign_file, lenses  # noqa: PLC0415 -- models exist only from here on
        from portal.core import desk as desks  # noqa: PLC0415 -- models exist only from here on
        from units import campaign_sections, desk, menu, queries  # noqa: PLC0415 -- models exist only from here on

        campaign_file.register("units", campaign_sections.SECTIONS, campaign_sections.check)
        desks.register(desk.items)
        lenses.register("units.unit", queries.units_as_things)
        lenses.register("units.post", queries.posts_as_things)
        lenses.register("core.signerkey", queries.keys_as_things)
        lenses.register("core.specialday", queries.days_as_things)
        menu.register()
