"""Workspace addresses of papers. Who may open which stands in `access.py`."""

from django.urls import path

from objectives.views import benchmarks, calendar, contacts, gaps, route, visits, writing

PAPER = "papers/<uuid:pk>/"
OBJECTIVE = f"{PAPER}objectives/<int:objective>/"
ENTRY = "benchmarks/<int:pk>/"

urlpatterns = [
    path("papers/", route.papers, name="papers"),
    path("papers/begin/<slug:campaign>/<uuid:unit>/", writing.begin, name="paper_begin"),
    path(PAPER, route.paper, name="paper"),
    path(f"{PAPER}edit/", writing.edit, name="paper_edit"),
    path(f"{PAPER}consultation/", writing.save_consultation, name="consultation_save"),
    path(f"{PAPER}objectives/add/", writing.add_objective, name="objective_add"),
    path(f"{OBJECTIVE}save/", writing.save_objective, name="objective_save"),
    path(f"{OBJECTIVE}move/", writing.move_objective, name="objective_move"),
    path(f"{OBJECTIVE}remove/", writing.remove_objective, name="objective_remove"),
    path(f"{PAPER}benchmarks/", writing.benchmark, name="benchmark_new"),
    path(f"{PAPER}benchmarks/<int:benchmark>/", writing.benchmark, name="benchmark_edit"),
    path(f"{PAPER}submit/", writing.submit, name="paper_submit"),
    path(f"{PAPER}act/", route.act, name="paper_act"),
    path(f"{PAPER}return/", route.send_back, name="paper_return"),
    path(f"{PAPER}document.pdf", route.document, name="paper_document"),
    path("benchmarks/", benchmarks.benchmarks, name="benchmarks"),
    path("benchmarks/new/", benchmarks.registry_new, name="registry_new"),
    path(ENTRY, benchmarks.registry_entry, name="registry_entry"),
    path(f"{ENTRY}edit/", benchmarks.registry_edit, name="registry_edit"),
    path(f"{ENTRY}retire/", benchmarks.registry_retire, name="registry_retire"),
    path(f"{ENTRY}match/", benchmarks.registry_match, name="registry_match"),
    path("benchmarks/pairs/<uuid:pk>/", gaps.gaps, name="gaps"),
    path("benchmarks/pairs/<uuid:pk>/end/", benchmarks.pairing_end, name="pairing_end"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/chase/", contacts.contacts_chase, name="contacts_chase"),
    path("contacts/<uuid:pk>/", contacts.contact_note, name="contact_note"),
    path("visits/", calendar.visits, name="visits"),
    path("visits/new/", visits.visit_new, name="visit_new"),
    path("visits/warnings/", visits.visit_warnings, name="visit_warnings"),
    path("visits/blackouts/", calendar.blackouts, name="blackouts"),
    path("visits/blackouts/<int:pk>/lift/", calendar.blackout_lift, name="blackout_lift"),
    path("visits/feed/", calendar.feed_make, name="feed_make"),
    path("visits/<uuid:pk>/", visits.visit, name="visit"),
    path("visits/<uuid:pk>/edit/", visits.visit_edit, name="visit_edit"),
]
