from django.urls import path

from . import styleguide, views
from .models import PageKey

app_name = "pages"
urlpatterns = [
    path("about/", views.text_page, {"key": PageKey.ABOUT}, name="about"),
    path("about/people/", views.people_and_partners, name="people"),
    path("about/support/", views.support, name="support"),
    path("about/independence/", views.text_page, {"key": PageKey.INDEPENDENCE}, name="independence"),
    path("about/how-we-choose/", views.text_page, {"key": PageKey.HOW_WE_CHOOSE}, name="how_we_choose"),
    path("get-help/", views.get_help, name="get_help"),
    path("contact/", views.contact, name="contact"),
    path("contact/sent/<uuid:receipt>/", views.contact_sent, name="contact_sent"),
    path("accessibility/", views.text_page, {"key": PageKey.ACCESSIBILITY}, name="accessibility"),
    path("privacy/", views.text_page, {"key": PageKey.PRIVACY}, name="privacy"),
    path("cookies/", views.text_page, {"key": PageKey.COOKIES}, name="cookies"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
