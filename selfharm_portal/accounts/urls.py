"""Sign in and out, and forgotten passwords: the part of allauth that this portal uses, under allauth's names.

And the way in for those who are invited.
"""

from allauth.account import views
from django.urls import path, re_path

from . import invitation_views

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),  # says that sign-up is closed
    path("invitation/", invitation_views.invitation, name="account_invitation"),
    path("invitation/<slug:key>/", invitation_views.follow, name="account_follow_invitation"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
