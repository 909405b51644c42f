"""Who gets what at every address: the table. test_permissions_by_url.py walks it.

An address of the resolver without a row fails, and so does a row without an address. `python -m
tests.permissions_by_url > docs/permissions.md` writes the documentation from it.
"""

from typing import NamedTuple

#: The columns of ADDRESSES, in this order. What is asked for belongs to area A, where it belongs to an area.
PEOPLE = [
    "anonymous",
    "contributor of A",
    "lead of A",
    "contributor of B",
    "lead of B",
    "curator",
    "analyst",
    "administrator",
]

#: Address, by its name (with the row that it is filled with, if that matters), then GET and POST with an empty body.
#: One answer stands for everybody, eight are those of PEOPLE. `in`: sent to sign in.
ADDRESSES = """
home                                   | 200                             | 200
search                                 | 200                             | 200
sitemap                                | 200                             | 405
robots                                 | 200                             | 405
opensearch                             | 200                             | 405
healthz                                | 200                             | 200
readyz                                 | 200                             | 200
pages:about                            | 200                             | 200
pages:people                           | 200                             | 200
pages:support                          | 200                             | 200
pages:independence                     | 200                             | 200
pages:how_we_choose                    | 200                             | 200
pages:get_help                         | 200                             | 200
pages:contact                          | 200                             | 200
pages:contact_sent                     | 200                             | 200
pages:accessibility                    | 200                             | 200
pages:privacy                          | 200                             | 200
pages:cookies                          | 200                             | 200
pages:styleguide                       | 404 404 404 404 404 200 200 200 | 404 404 404 404 404 200 200 200
resources:list                         | 200                             | 405
resources:detail (published)           | 200                             | 200
resources:detail (draft)               | 404 404 404 404 404 200 404 404 | 404 404 404 404 404 200 404 404
resources:feed                         | 200                             | 405
resources:new                          | 200                             | 405
resources:item_feed (published)        | 200                             | 405
resources:item_feed (draft)            | 404                             | 405
resources:qs34                         | 200                             | 405
resources:statement (read)             | 200                             | 405
resources:statement (not read)         | 404                             | 405
resources:report (published)           | 200                             | 200
resources:report (draft)               | 404                             | 404
resources:report_sent                  | 200                             | 200
resources:for_professionals            | 200                             | 405
resources:for_families                 | 200                             | 405
resources:for_you                      | 200                             | 405
resources:reading_lists                | 200                             | 405
resources:reading_list                 | 200                             | 405
resources:kinds                        | 200                             | 405
resources:a_to_z                       | 200                             | 405
resources:export_csv                   | 200                             | 405
resources:export_ris                   | 200                             | 405
resources:export_bib                   | 200                             | 405
resources:export_json                  | 200                             | 405
resources:cite_ris (published)         | 200                             | 405
resources:cite_ris (draft)             | 404                             | 405
resources:cite_bib (published)         | 200                             | 405
resources:cite_bib (draft)             | 404                             | 405
resources:cite_json (published)        | 200                             | 405
resources:cite_json (draft)            | 404                             | 405
sites:list                             | 200                             | 200
sites:theme                            | 200                             | 200
sites:detail (listed)                  | 200                             | 200
sites:detail (not listed)              | 404 404 404 404 404 200 404 404 | 404 404 404 404 404 200 404 404
sites:infographic (listed)             | 200                             | 200
sites:infographic (not listed)         | 404 404 404 404 404 200 404 404 | 404 404 404 404 404 200 404 404
sites:infographic_pdf (listed)         | 200                             | 405
sites:infographic_pdf (not listed)     | 404 404 404 404 404 200 404 404 | 405
sites:infographic_png (listed)         | 200                             | 405
sites:suggest                          |  in 403 200 403 404 403 403 403 |  in 403 405 403 404 403 403 403
sites:suggest_section (aims)           |  in 403 200 403 404 403 403 403 |  in 403 200 403 404 403 403 403
sites:suggest_section (no such section) |  in 403 404 403 404 403 403 403 |  in 403 409 403 404 403 403 403
uploads:file (listed)                  | 200                             | 405
uploads:file (not listed)              | 404 404 404 404 404 200 404 404 | 405
sites:infographic_png (not listed)     | 404 404 404 404 404 200 404 404 | 405
measures:list                          | 200                             | 200
measures:dictionary_csv                | 200                             | 405
measures:dictionary_xlsx               | 200                             | 405
measures:dictionary_pdf                | 200                             | 405
measures:dictionary_json               | 200                             | 405
measures:guide                         | 200                             | 405
measures:worksheet                     | 200                             | 405
measures:worksheet (of an area)        |  in 200 200 404 404 404 200 404 | 405
measures:detail                        | 200                             | 200
submissions:home                       |  in 302 302 302 302 403 302 403 |  in 405 405 405 405 403 405 403
submissions:export                     |  in 403 403 403 403 403 200 403 |  in 405 405 405 405 403 405 403
submissions:overview                   |  in 403 403 403 403 403 200 403 |  in 403 403 403 403 403 200 403
submissions:matrix                     |  in 403 403 403 403 403 200 403 |  in 405 405 405 405 403 405 403
submissions:matrix_csv                 |  in 403 403 403 403 403 200 403 |  in 405 405 405 405 403 405 403
submissions:open_questions             |  in 403 403 403 403 403 200 403 |  in 405 405 405 405 403 405 403
submissions:across_areas (collected)   |  in 403 403 403 403 403 200 403 |  in 405 405 405 405 403 405 403
submissions:across_areas (no such measure) |  in 403 403 403 403 403 404 403 |  in 405 405 405 405 403 405 403
submissions:area                       |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:charts                     |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:report                     |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:report_file (nothing chosen) |  in 302 302 404 404 403 302 403 |  in 405 405 405 405 403 405 403
submissions:report_file (chosen)       |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:chart_file (reported)      |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:chart_file (not reported)  |  in 404 404 404 404 403 404 403 |  in 405 405 405 405 403 405 403
submissions:chart (reported)           |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:chart (not reported)       |  in 404 404 404 404 403 404 403 |  in 405 405 405 405 403 405 403
submissions:story (reported)           |  in 200 200 404 404 403 200 403 |  in 302 302 404 404 403 403 403
submissions:story (not reported)       |  in 404 404 404 404 403 404 403 |  in 404 404 404 404 403 404 403
submissions:aims (reported)            |  in 403 200 404 404 403 403 403 |  in 403 302 404 404 403 403 403
submissions:aims (not reported)        |  in 404 404 404 404 403 404 403 |  in 404 404 404 404 403 404 403
submissions:limits (reported)          |  in 200 200 404 404 403 200 403 |  in 403 200 404 404 403 200 403
submissions:limits (not reported)      |  in 404 404 404 404 403 404 403 |  in 404 404 404 404 403 404 403
submissions:undo_limits (made)         |  in 403 200 404 404 403 200 403 |  in 403 200 404 404 403 200 403
submissions:undo_limits (none)         |  in 403 404 404 404 403 404 403 |  in 403 404 404 404 403 404 403
submissions:expect (tested)            |  in 403 200 404 404 403 403 403 |  in 403 200 404 404 403 403 403
submissions:expect (not tested)        |  in 403 404 404 404 403 403 403 |  in 403 404 404 404 403 403 403
submissions:take_back_expectation (said) |  in 403 200 404 404 403 403 403 |  in 403 200 404 404 403 403 403
submissions:take_back_expectation (nothing said) |  in 403 404 404 404 403 403 403 |  in 403 404 404 404 403 403 403
submissions:month (draft)              |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:month (sent)               |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:month (no such month)      |  in 404 404 404 404 403 404 403 |  in 405 405 405 405 403 405 403
submissions:answers (draft)            |  in 200 200 404 404 403 302 403 |  in 403 200 404 404 403 403 403
submissions:answers (sent)             |  in 302 302 404 404 403 302 403 |  in 403 302 404 404 403 403 403
submissions:receipt (draft)            |  in 404 404 404 404 403 404 403 |  in 405 405 405 405 403 405 403
submissions:receipt (sent)             |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:section (draft)            |  in 200 200 404 404 403 302 403 |  in 200 200 404 404 403 403 403
submissions:section (sent)             |  in 302 302 404 404 403 302 403 |  in 302 302 404 404 403 403 403
submissions:section (no such domain)   |  in 404 404 404 404 403 404 403 |  in 404 404 404 404 403 404 403
submissions:month (accepted)           |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:revision (sent)            |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:revision (never sent)      |  in 404 404 404 404 403 404 403 |  in 405 405 405 405 403 405 403
submissions:correct (sent)             |  in 403 302 404 404 403 403 403 |  in 403 302 404 404 403 403 403
submissions:correct (accepted)         |  in 403 200 404 404 403 403 403 |  in 403 200 404 404 403 403 403
submissions:template_of_months         |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:template                   |  in 200 200 404 404 403 200 403 |  in 405 405 405 405 403 405 403
submissions:upload                     |  in 200 200 404 404 403 403 403 |  in 200 200 404 404 403 403 403
submissions:uploaded                   |  in 302 302 404 404 403 403 403 |  in 302 302 404 404 403 403 403
submissions:send_many                  |  in 302 200 404 404 403 403 403 |  in 302 200 404 404 403 403 403
submissions:team                       |  in 403 200 404 404 403 200 403 |  in 403 200 404 404 403 403 403
submissions:take_out                   |  in 403 200 404 404 403 403 403 |  in 403 302 404 404 403 403 403
submissions:more_time (draft)          |  in 403 403 403 403 403 200 403 |  in 403 403 403 403 403 302 403
submissions:more_time (sent)           |  in 403 403 403 403 403 302 403 |  in 403 403 403 403 403 302 403
submissions:remind (draft)             |  in 405 405 405 405 403 405 403 |  in 403 403 403 403 403 302 403
submissions:remind (sent)              |  in 405 405 405 405 403 405 403 |  in 403 403 403 403 403 302 403
submissions:check (draft)              |  in 405 405 405 405 403 405 403 |  in 403 403 403 403 403 403 403
submissions:check (sent)               |  in 405 405 405 405 403 405 403 |  in 403 403 403 403 403 200 403
account_login                          | 200 302 302 302 302 302 302 302 | 200 302 302 302 302 302 302 302
account_logout                         | 302 200 200 200 200 200 200 200 | 302
account_signup                         | 200 302 302 302 302 302 302 302 | 200 302 302 302 302 302 302 302
account_invitation                     | 404                             | 404
account_follow_invitation              | 302                             | 405
account_inactive                       | 200                             | 405
account_change_password                |  in 200 200 200 200 200 200 200 |  in 200 200 200 200 200 200 200
account_reset_password                 | 200                             | 200
account_reset_password_done            | 200                             | 405
account_reset_password_from_key        | 200                             | 200
account_reset_password_from_key_done   | 200                             | 405
admin:index                            |  in 403 403 403 403 200 200 200 |  in 403 403 403 403 200 200 200
admin:login                            |  in 302 302 302 302 302 302 302 |  in 302 302 302 302 302 302 302
admin:logout                           |  in 403 403 403 403 405 405 405 |  in 403 403 403 403 200 200 200
admin:password_change                  |  in 403 403 403 403 302 302 302 |  in 403 403 403 403 302 302 302
admin:password_change_done             |  in 403 403 403 403 200 200 200 |  in 403 403 403 403 405 405 405
admin:autocomplete (people)            |  in 403 403 403 403 403 403 200 |  in 403 403 403 403 405 405 405
admin:autocomplete (measures)          |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 405 405 405
admin:jsi18n                           |  in 403 403 403 403 200 200 200 |  in 403 403 403 403 405 405 405
admin:view_on_site                     |  in 403 403 403 403 302 302 302 |  in 403 403 403 403 302 302 302
admin:pages_page_gaps                  |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:measures_areameasure_give        |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:resources_resource_look_up       |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:resources_resource_import        |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:resources_resource_import_file   |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:resources_resource_review        |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:sites_area_review                |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:sites_infographic_review         |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:sites_infographic_preview        |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:coming_up                        |  in 403 403 403 403 200 403 403 |  in 403 403 403 403 200 403 403
admin:resources_link_repair            |  in 403 403 403 403 405 403 403 |  in 403 403 403 403 302 403 403
admin:history_entry_changelist         |  in 403 403 403 403 200 200 200 |  in 403 403 403 403 200 200 200
admin:history_entry_add                |  in 403 403 403 403 403 403 403 |  in 403 403 403 403 403 403 403
admin:history_entry_change (content)   |  in 403 403 403 403 200 302 302 |  in 403 403 403 403 403 403 403
admin:history_entry_change (submissions) |  in 403 403 403 403 302 200 302 |  in 403 403 403 403 403 403 403
admin:history_entry_change (accounts)  |  in 403 403 403 403 302 302 200 |  in 403 403 403 403 403 403 403
admin:history_entry_delete             |  in 403 403 403 403 403 403 403 |  in 403 403 403 403 403 403 403
admin:history_entry_history (content)  |  in 403 403 403 403 200 302 302 |  in 403 403 403 403 200 302 302
admin:history_entry_history (submissions) |  in 403 403 403 403 302 200 302 |  in 403 403 403 403 302 200 302
admin:history_entry_history (accounts) |  in 403 403 403 403 302 302 200 |  in 403 403 403 403 302 302 200
admin:app_list (account)               |  in 403 403 403 403 404 404 404 |  in 403 403 403 403 404 404 404
admin:app_list (accounts)              |  in 403 403 403 403 404 404 200 |  in 403 403 403 403 404 404 200
admin:app_list (history)               |  in 403 403 403 403 200 200 200 |  in 403 403 403 403 200 200 200
admin:app_list (measures)              |  in 403 403 403 403 200 200 404 |  in 403 403 403 403 200 200 404
admin:app_list (pages)                 |  in 403 403 403 403 200 404 404 |  in 403 403 403 403 200 404 404
admin:app_list (resources)             |  in 403 403 403 403 200 404 404 |  in 403 403 403 403 200 404 404
admin:app_list (sites)                 |  in 403 403 403 403 200 404 404 |  in 403 403 403 403 200 404 404
admin:app_list (uploads)               |  in 403 403 403 403 200 404 404 |  in 403 403 403 403 200 404 404
admin/*/*/<path:object_id>/            |  in 403 403 403 403 302 302 302 |  in 403 403 403 403 302 302 302
admin/(?P<url>.*)$                     |  in 403 403 403 403 404 404 404 |  in 403 403 403 403 404 404 404
"""

#: One row of each model in admin: who has it at all, then GET/POST of its five addresses. Of the others, strangers
#: are sent to sign in, teams and other roles get the 403 page.
MODELS = """
pages.page                   | curator       | 200/200  403/403  200/200  403/403  200/200
pages.persongroup            | curator       | 200/200  200/200  200/200  403/403  200/200
pages.person                 | curator       | 200/200  200/200  200/200  403/403  200/200
pages.partner                | curator       | 200/200  200/200  200/200  403/403  200/200
pages.contactmessage         | curator       | 200/200  403/403  200/302  200/200  200/200
pages.portaldatabase         | curator       | 200/200  403/403  200/403  403/403  200/200
accounts.user                | administrator | 200/200  200/200  200/200  403/403  200/200
accounts.areamembership      | administrator | 200/200  200/200  200/200  200/200  200/200
accounts.invitation          | administrator | 200/200  200/200  200/403  403/403  200/200
resources.resource           | curator       | 200/200  200/200  200/200  403/403  200/200
resources.resourcechange     | curator       | 200/200  403/403  200/403  403/403  200/200
resources.importedfile       | curator       | 200/200  403/403  200/403  403/403  200/200
resources.review             | curator       | 200/200  403/403  200/403  403/403  200/200
resources.notthesame         | curator       | 200/200  403/403  200/403  200/200  200/200
resources.link               | curator       | 200/200  403/403  200/403  403/403  200/200
resources.itemreport         | curator       | 200/200  403/403  200/200  200/200  200/200
resources.reminder           | curator       | 200/200  403/403  200/403  403/403  200/200
resources.section            | curator       | 200/200  200/200  200/200  403/403  200/200
resources.topic              | curator       | 200/200  200/200  200/200  403/403  200/200
resources.publisher          | curator       | 200/200  200/200  200/200  200/200  200/200
resources.readinglist        | curator       | 200/200  200/200  200/200  403/403  200/200
resources.helpline           | curator       | 200/200  200/200  200/200  403/403  200/200
resources.synonymgroup       | curator       | 200/200  200/200  200/200  403/403  200/200
resources.distressterm       | curator       | 200/200  200/200  200/200  403/403  200/200
resources.neversuggestedterm | curator       | 200/200  200/200  200/200  403/403  200/200
resources.failedsearch       | curator       | 200/200  403/403  200/403  403/403  200/200
sites.region                 | curator       | 200/200  200/200  200/200  403/403  200/200
sites.theme                  | curator       | 200/200  200/200  200/200  403/403  200/200
sites.area                   | curator       | 200/200  200/200  200/200  403/403  200/200
sites.milestone              | curator       | 200/200  200/200  200/200  200/200  200/200
sites.infographic            | curator       | 200/200  200/200  200/200  403/403  200/200
sites.othermaterial          | curator       | 200/200  200/200  200/200  403/403  200/200
sites.suggestion             | curator       | 200/200  403/403  200/200  403/403  200/200
uploads.original             | curator       | 200/200  200/200  200/200  200/200  200/200
sites.sitechange             | curator       | 200/200  403/403  200/403  403/403  200/200
sites.sitereview             | curator       | 200/200  403/403  200/403  403/403  200/200
measures.domain              | curator       | 200/200  200/200  200/200  403/403  200/200
measures.denominatorgroup    | curator       | 200/200  200/200  200/200  403/403  200/200
measures.measure             | curator       | 200/200  200/200  200/200  403/403  200/200
measures.measureversion      | curator       | 200/200  200/200  200/200  200/200  200/200
measures.measuresource       | curator       | 200/200  200/200  200/200  200/200  200/200
measures.linkedtotal         | curator       | 200/200  200/200  200/200  403/403  200/200
measures.areameasure         | curator       | 200/200  200/200  200/200  403/403  200/200
measures.reportingperiod     | curator       | 200/200  200/200  200/302  403/403  200/200
measures.submission          | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.download            | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.expectation         | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.submissionrevision  | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.measurevalue        | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.draftqueryanswer    | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.queryanswer         | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.reminderbyhand      | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.monthreminder       | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.question            | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.submissionevent     | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.draftentry          | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.limitsdecision      | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.story               | analyst       | 200/200  403/403  200/403  403/403  200/200
measures.areaaim             | curator       | 200/200  200/200  200/200  200/200  200/200
account.emailaddress         | nobody        | 403/403  403/403  403/403  403/403  403/403
"""

#: What the answers mean, for docs/permissions.md.
MEANING = {
    "200": "opens",
    "302": "leads on",
    "in": "sign in",
    "403": "refused",
    "404": "not found",
    "405": "takes nothing",
    "409": "too late",
}

MODEL_ADDRESSES = ["changelist", "add", "change", "delete", "history"]

Answers = dict[str, str]


class Row(NamedTuple):
    name: str
    get: Answers
    post: Answers


class ModelRow(NamedTuple):
    model: str
    people: list[str]
    #: GET and POST, by MODEL_ADDRESSES, of those who have it.
    said: dict[str, tuple[str, str]]

    def answers(self, person: str, page: str) -> tuple[str, str]:
        if person in self.people:
            return self.said[page]
        return ("in", "in") if person == "anonymous" else ("403", "403")


def address_rows() -> list[Row]:
    return [Row(name, answers(get), answers(post)) for name, get, post in cells(ADDRESSES)]


def model_rows() -> list[ModelRow]:
    return [
        ModelRow(model, people.split(), dict(zip(MODEL_ADDRESSES, map(pair, said.split()), strict=True)))
        for model, people, said in cells(MODELS)
    ]


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def answers(said: str) -> Answers:
    given = said.split()
    return dict(zip(PEOPLE, given * len(PEOPLE) if len(given) == 1 else given, strict=True))


def pair(said: str) -> tuple[str, str]:
    get, post = said.split("/")
    return get, post


# The documentation

INTRODUCTION = """\
# Who may do what

Written by `python -m tests.permissions_by_url > docs/permissions.md` from the table in that file, which a test
compares with what every address really answers. The rules themselves are in
[permissions.py](../selfharm_portal/accounts/permissions.py). Which moves of a month are whose is in
[submissions.md](submissions.md).

What belongs to an area is asked for here as area A's: for the team of area B it is not there. A wrong role gets a
page that says so. Addresses stand under the names that `reverse()` knows.

Who joins a team: administrators invite leads and contributors in admin; a lead invites contributors of the own area
and takes people out of it, but not its last lead; analysts read who is in a team and invite nobody. An invitation
is opened by whoever has its link, so its page is asked for here without one.

| In the tables | Answer |
| --- | --- |
| opens | 200: the page; for something sent, the form again with what is missing |
| leads on | 302: done, or to be found elsewhere |
| sign in | 302 to the page for signing in |
| refused | 403: this account has another role |
| not found | 404 |
| too late | 409: it is no longer there; what was typed comes back |
| takes nothing | 405: a page to read, or one to send to |
"""


def documentation() -> str:
    rows = address_rows()
    same = [row for row in rows if one_for_all(row.get) and one_for_all(row.post)]
    different = [row for row in rows if row not in same]
    parts = [
        INTRODUCTION,
        "## The same for everybody\n",
        table(["Address", "To read", "With something sent"], [[code(r.name), *words([r.get, r.post])] for r in same]),
        "## To read\n",
        table(["Address", *PEOPLE], [[code(row.name), *said(row.get)] for row in different]),
        "## With something sent\n",
        table(["Address", *PEOPLE], [[code(row.name), *said(row.post)] for row in different]),
        "## Rows in admin\n\nStrangers are sent to sign in; all who are not named are refused.\n",
        table(
            ["Row", "Whose", "See", "Add", "Change", "Delete"],
            [[code(row.model), ", ".join(row.people), *may(row)] for row in model_rows()],
        ),
    ]
    return "\n".join(parts)


def may(row: ModelRow) -> list[str]:
    """See, add, change, delete: what a person of the right role can do with a row."""
    reads, adds, changes, deletes = row.said["changelist"][0], *(row.said[p][1] for p in ("add", "change", "delete"))
    return ["no" if answer == "403" else "yes" for answer in (reads, adds, changes, deletes)]


def one_for_all(given: Answers) -> bool:
    return len(set(given.values())) == 1


def words(given: list[Answers]) -> list[str]:
    return [MEANING[each["anonymous"]] for each in given]


def said(given: Answers) -> list[str]:
    return [MEANING[each] for each in given.values()]


def code(text: str) -> str:
    return f"`{text}`"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    print(documentation(), end="")
