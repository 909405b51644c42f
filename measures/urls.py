from django.urls import path, re_path

from . import views

app_name = "measures"
urlpatterns = [
    path("", views.measure_list, name="list"),
    # What does not look like a code is a 404 without a question to the database.
    re_path(r"^(?P<code>[A-Za-z]{2}[0-9]{2,3})/$", views.measure_detail, name="detail"),
]
