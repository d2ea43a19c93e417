from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "units"

    def ready(self):
        from portal.core import campaign_file  # noqa: PLC0415 -- models exist only from here on
        from units import campaign_sections  # noqa: PLC0415 -- models exist only from here on

        campaign_file.register("units", campaign_sections.SECTIONS, campaign_sections.check)
