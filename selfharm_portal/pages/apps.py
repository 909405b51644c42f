from django.apps import AppConfig
from django.contrib.admin import apps as admin


class PagesConfig(AppConfig):
    name = "selfharm_portal.pages"
    default = True


class DeskConfig(admin.AdminConfig):
    """Django admin, whose first page is our desk."""

    default = False
    default_site = "selfharm_portal.pages.desk.Desk"
