from django.urls import path, register_converter

from . import export_views, month_views, more_time, team_views, upload_views
from . import submission_views as views
from .converters import ChartFormConverter, CodeConverter, MonthConverter, SheetConverter
from .ncish import across_views, checking_views, overview_views
from .team_charts import aims, chart_views, expecting_views, limits_views, report_views, story_pages

register_converter(ChartFormConverter, "chart_form")
register_converter(CodeConverter, "code")
register_converter(MonthConverter, "month")
register_converter(SheetConverter, "sheet")

app_name = "submissions"
urlpatterns = [
    path("", views.home, name="home"),
    path("export.<sheet:form>", export_views.all_months, name="export"),
    path("overview/", overview_views.overview, name="overview"),
    path("overview/matrix/", across_views.matrix, name="matrix"),
    path("overview/matrix.csv", across_views.matrix_csv, name="matrix_csv"),
    path("overview/measures/<code:code>/", across_views.one_measure, name="across_areas"),
    path("overview/questions/", across_views.questions, name="open_questions"),
    path("<slug:area>/", views.area_home, name="area"),
    path("<slug:area>/template.<sheet:form>", upload_views.template_of_months, name="template_of_months"),
    path("<slug:area>/upload/", upload_views.upload, name="upload"),
    path("<slug:area>/upload/<int:key>/", upload_views.uploaded, name="uploaded"),
    path("<slug:area>/send/", upload_views.send_many, name="send_many"),
    path("<slug:area>/team/", team_views.team, name="team"),
    path("<slug:area>/team/<int:key>/", team_views.take_out, name="take_out"),
    path("<slug:area>/charts/", chart_views.all_charts, name="charts"),
    path("<slug:area>/charts/report/", report_views.report, name="report"),
    path("<slug:area>/charts/report.pdf", report_views.report_file, name="report_file"),
    path("<slug:area>/charts/<code:code>/", chart_views.chart, name="chart"),
    path("<slug:area>/charts/<code:code>/limits/", limits_views.limits_of_chart, name="limits"),
    path("<slug:area>/charts/<code:code>/limits/<int:key>/undo/", limits_views.undo, name="undo_limits"),
    path("<slug:area>/charts/<code:code>/expect/<int:milestone>/", expecting_views.expect, name="expect"),
    path(
        "<slug:area>/charts/<code:code>/expect/<int:milestone>/take-back/",
        expecting_views.take_back_page,
        name="take_back_expectation",
    ),
    path("<slug:area>/charts/<code:code>.<chart_form:form>", chart_views.chart_file, name="chart_file"),
    path("<slug:area>/charts/<code:code>/story/", story_pages.story, name="story"),
    path("<slug:area>/charts/<code:code>/aims/", aims.aims, name="aims"),
    path("<slug:area>/<month:month>/", month_views.month, name="month"),
    path("<slug:area>/<month:month>/answers/", month_views.answers, name="answers"),
    path("<slug:area>/<month:month>/receipt/", month_views.receipt, name="receipt"),
    path("<slug:area>/<month:month>/template.<sheet:form>", upload_views.template_of_month, name="template"),
    path("<slug:area>/<month:month>/more-time/", more_time.more_time, name="more_time"),
    path("<slug:area>/<month:month>/revisions/<int:number>/", checking_views.revision, name="revision"),
    path("<slug:area>/<month:month>/correct/", checking_views.correct, name="correct"),
    path("<slug:area>/<month:month>/remind/", overview_views.remind, name="remind"),
    path("<slug:area>/<month:month>/check/", checking_views.check, name="check"),
    # Last: what stands above is no section.
    path("<slug:area>/<month:month>/<slug:domain>/", month_views.section, name="section"),
]
