from django.urls import re_path

from . import views

app_name = "uploads"
urlpatterns = [
    re_path(r"^(?P<token>[A-Za-z0-9_-]{32})\.(?P<kind>pdf|png|jpg|webp)$", views.file, name="file"),
]
