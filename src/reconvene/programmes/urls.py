"""Addresses at which members see a programme and say whether they take part."""

from django.urls import path

from reconvene.programmes import views

urlpatterns = [
    path("programmes/by-link/<str:token>/", views.by_mail, name="programme-by-link"),
    path("programmes/<uuid:programme_id>/", views.programme, name="programme"),
]
