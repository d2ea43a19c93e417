"""Addresses of results. Who may open which stands in `access`."""

from django.urls import path

from assessments.views import public_results, result_documents, results

DOCUMENT = "work/results/documents/<uuid:pk>/"

urlpatterns = [
    path("work/results/", results.results, name="results"),
    path("work/results/<uuid:pk>/", results.case, name="result_case"),
    path("work/results/<uuid:pk>/notice.pdf", results.notice_pdf, name="result_notice"),
    path("work/results/<slug:code>/internal.xlsx", results.report_xlsx, name="result_xlsx"),
    path(DOCUMENT, result_documents.document, name="result_document"),
    path(f"{DOCUMENT}sign/", result_documents.sign, name="result_sign"),
    path(f"{DOCUMENT}return/", result_documents.send_back, name="result_return"),
    path(f"{DOCUMENT}document.pdf", result_documents.pdf, name="result_pdf"),
    path("work/result/", results.mine, name="my_result"),
    path("<lang:lang>/<slug:bureau>/results/<str:year>/", public_results.results, name="public_results"),
    path("<lang:lang>/<slug:bureau>/results/<str:year>/<slug:unit>/", public_results.of_unit, name="public_result"),
]
