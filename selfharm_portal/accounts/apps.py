from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "selfharm_portal.accounts"
