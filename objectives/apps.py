from django.apps import AppConfig


class ObjectivesConfig(AppConfig):
    name = "objectives"

    def ready(self):
        from objectives import campaign_checks, campaign_sections  # noqa: PLC0415 -- models exist only from here on
        from portal.core import campaign_file  # noqa: PLC0415 -- models exist only from here on

        campaign_file.register("objectives", campaign_sections.SECTIONS, campaign_checks.check)
