from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "selfharm_portal.uploads"
    verbose_name = "Uploads"
