from django.urls import path

from . import a_to_z, doors, feeds, kinds_of_evidence, qs34_views, reading_lists, report_views, views
from .exporting import FORMATS_OF_A_LIST, FORMATS_OF_ONE

app_name = "resources"
urlpatterns = [
    path("", views.resource_list, name="list"),
    *(path(f"export.{each}", views.export, {"ending": each}, name=f"export_{each}") for each in FORMATS_OF_A_LIST),
    path("feed/", feeds.feed, name="feed"),
    path("new/", feeds.whats_new, name="new"),
    path("qs34/", qs34_views.statements, name="qs34"),
    path("qs34/<int:number>/", qs34_views.statement, name="statement"),
    path("for/professionals/", doors.professionals, name="for_professionals"),
    path("for/families/", doors.families, name="for_families"),
    path("for/you/", doors.you, name="for_you"),
    path("lists/", reading_lists.reading_lists, name="reading_lists"),
    path("lists/<slug:slug>/", reading_lists.reading_list, name="reading_list"),
    path("kinds/", kinds_of_evidence.kinds_of_evidence, name="kinds"),
    path("a-to-z/", a_to_z.a_to_z, name="a_to_z"),
    path("<slug:slug>/", views.resource_detail, name="detail"),
    path("<slug:slug>/feed/", feeds.item_feed, name="item_feed"),
    path("<slug:slug>/report/", report_views.report, name="report"),
    path("<slug:slug>/report/sent/<uuid:receipt>/", report_views.report_sent, name="report_sent"),
    *(path(f"<slug:slug>/cite.{each}", views.cite, {"ending": each}, name=f"cite_{each}") for each in FORMATS_OF_ONE),
]
