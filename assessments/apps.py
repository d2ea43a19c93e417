from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self):
        from assessments.desks import (  # noqa: PLC0415 -- models exist only from here on
            adjustments,
            appeals,
            archives,
            draws,
            inspections,
            raising,
            results,
            selfchecks,
            standards,
        )

        for topic in (standards, selfchecks, draws, inspections, results, adjustments, appeals, raising, archives):
            topic.register()
