from django.urls import path, re_path

from . import guide_views, views
from .dictionary.files import FORMATS

app_name = "measures"
urlpatterns = [
    path("", views.measure_list, name="list"),
    *(
        path(f"dictionary.{ending}", views.dictionary_file, {"ending": ending}, name=f"dictionary_{ending}")
        for ending in FORMATS
    ),
    path("guide/", guide_views.guide_page, name="guide"),
    path("guide/worksheet/", guide_views.worksheet, name="worksheet"),
    # What does not look like a code is a 404 without a question to the database.
    re_path(r"^(?P<code>[A-Za-z]{2}[0-9]{2,3})/$", views.measure_detail, name="detail"),
]
