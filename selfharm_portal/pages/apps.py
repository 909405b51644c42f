from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "selfharm_portal.pages"
