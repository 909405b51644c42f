from django.urls import path

from . import report_views, views
from .exporting import FORMATS_OF_A_LIST, FORMATS_OF_ONE

app_name = "resources"
urlpatterns = [
    path("", views.resource_list, name="list"),
    *(path(f"export.{each}", views.export, {"ending": each}, name=f"export_{each}") for each in FORMATS_OF_A_LIST),
    path("<slug:slug>/", views.resource_detail, name="detail"),
    path("<slug:slug>/report/", report_views.report, name="report"),
    path("<slug:slug>/report/sent/<uuid:receipt>/", report_views.report_sent, name="report_sent"),
    *(path(f"<slug:slug>/cite.{each}", views.cite, {"ending": each}, name=f"cite_{each}") for each in FORMATS_OF_ONE),
]
