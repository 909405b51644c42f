"""What a curator does in admin, by the form that the browser was shown."""

from django.urls import reverse

from resources.models import Check

LIST = reverse("admin:resources_resource_changelist")
ADD = reverse("admin:resources_resource_add")


def change_url(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def typed(response, **changed):
    """What a browser would send from the form that it was shown, with these answers changed."""
    form = response.context["adminform"].form
    data = dict(sent(form))
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        data |= {bound.html_name: bound.value() for bound in formset.management_form}
        data |= {name: value for row in formset.forms for name, value in sent(row)}
    data |= changed
    return {
        name: [getattr(item, "pk", item) for item in value] if isinstance(value, list) else value
        for name, value in data.items()
        if value is not None and value is not False
    }


def sent(form):
    """Each field, and what it was shown with where the form remembers that."""
    for bound in form:
        yield bound.html_name, bound.value()
        if bound.field.show_hidden_initial:
            yield bound.html_initial_name, bound.value()


def press(client, row, button, **changed):
    url = change_url(row)
    return client.post(url, typed(client.get(url), **changed) | {button: "1"}, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def tick(client, checklist, leave_out=(), checks=Check):
    """Tick the whole checklist, but for some, and send it."""
    ticked = {check: "on" for check in checks.values if check not in leave_out}
    return client.post(checklist, ticked, follow=True)
