"""Workspace addresses of papers. Who may open which stands in `access.py`."""

from django.urls import path

from objectives.views import route, writing

PAPER = "papers/<uuid:pk>/"
OBJECTIVE = f"{PAPER}objectives/<int:objective>/"

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
]
