"""The yardstick: Django with one view and nothing else. Serves as many bytes as BENCH_BYTES says."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"], DEBUG=False, MIDDLEWARE=[], ROOT_URLCONF=__name__, SECRET_KEY="bare", USE_TZ=True
)
BODY = b"x" * int(os.environ.get("BENCH_BYTES", "10000"))


def view(request):
    return HttpResponse(BODY, headers={"Content-Length": str(len(BODY))})


urlpatterns = [path("", view)]
application = get_wsgi_application()
