"""{% page_title %}: a page's name in its tab, in the history and in the preview of a shared link."""

import html

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from selfharm_portal.pages.neutral import SITE_NAME, neutral

register = template.Library()


@register.simple_block_tag
def page_title(content: str) -> SafeString:
    """<title> and og:title from what stands between the tags, in neutral words."""
    title = f"{neutral(html.unescape(content).strip())} - {SITE_NAME}"
    return format_html('<title>{}</title>\n<meta property="og:title" content="{}">', title, title)
