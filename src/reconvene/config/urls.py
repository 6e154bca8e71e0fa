"""All addresses. Each app keeps its own list; only this file knows them all."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("reconvene.people.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("reconvene.demo.urls"))]

handler404 = "reconvene.base.views.page_not_found"
handler500 = "reconvene.base.views.server_error"
