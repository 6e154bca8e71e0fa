"""Addresses of sign-in, the account and the directory."""

from allauth.account.views import ConfirmLoginCodeView, LogoutView
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from reconvene.people import views
from reconvene.people.sign_in import RequestCodeView

urlpatterns = [
    path("sign-in/", login_not_required(RequestCodeView.as_view()), name="account_request_login_code"),
    path(
        "sign-in/code/",
        login_not_required(ConfirmLoginCodeView.as_view(template_name="people/confirm_code.html")),
        name="account_confirm_login_code",
    ),
    path("sign-in/address/", login_not_required(RequestCodeView.as_view()), name="account_login"),
    path("sign-out/", LogoutView.as_view(template_name="people/sign_out.html"), name="account_logout"),
    path("who-sees-what/", views.who_sees_what, name="who-sees-what"),
]
try:
    from reconvene.people import directory_urls

    urlpatterns.append(path("people/imports/", include(directory_urls)))
except ImportError:
    from django.views.generic import RedirectView

    urlpatterns.append(path("people/imports/", RedirectView.as_view(), name="directory-imports"))
