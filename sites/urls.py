from django.urls import path

from . import suggestion_views, views

app_name = "sites"
urlpatterns = [
    path("", views.area_list, name="list"),
    path("themes/<slug:slug>/", views.theme_detail, name="theme"),
    path("<slug:slug>/", views.area_detail, name="detail"),
    path("<slug:slug>/suggest/", suggestion_views.suggest, name="suggest"),
    path("<slug:slug>/suggest/<slug:section>/", suggestion_views.suggest_section, name="suggest_section"),
    path("<slug:slug>/infographics/<slug:key>/", views.infographic_detail, name="infographic"),
    path("<slug:slug>/infographics/<slug:key>.pdf", views.infographic_file, {"form": "pdf"}, name="infographic_pdf"),
    path("<slug:slug>/infographics/<slug:key>.png", views.infographic_file, {"form": "png"}, name="infographic_png"),
]
