"""All addresses. Each app keeps its own list; only this file knows them all."""

from django.conf import settings
from django.urls import include, path

APPS = (
    "home", "challenges", "forming", "programmes", "scheduling", "rooms", "practice", "surveys", "guides", "playbook", "notices", "availability", "people", "console", "rollout",
)  # fmt: skip
urlpatterns = [path("", include(f"reconvene.{app}.urls")) for app in APPS]
if settings.DEMO:
    urlpatterns += [path("demo/", include("reconvene.demo.urls"))]

handler404 = "reconvene.base.views.page_not_found"
handler500 = "reconvene.base.views.server_error"
