"""Addresses of sign-in, the table of who sees what, and the directory."""

from allauth.account.views import ConfirmLoginCodeView
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from reconvene.people import directory_urls, role_views, views
from reconvene.people.sign_in import RequestCodeView, SignOutView

request_code = login_not_required(RequestCodeView.as_view())
confirm_code = login_not_required(ConfirmLoginCodeView.as_view(template_name="people/confirm_code.html"))

urlpatterns = [
    path("sign-in/", request_code, name="account_request_login_code"),
    path("sign-in/code/", confirm_code, name="account_confirm_login_code"),
    path("sign-in/address/", request_code, name="account_login"),
    path("sign-out/", SignOutView.as_view(), name="account_logout"),
    path("who-sees-what/", views.who_sees_what, name="who-sees-what"),
    path("people/help-contact/", views.help_contact, name="help-contact"),
    path("people/roles/", role_views.roles, name="roles"),
    path("people/roles/<uuid:person_id>/", role_views.role, name="role"),
    path("people/imports/", include(directory_urls)),
]
