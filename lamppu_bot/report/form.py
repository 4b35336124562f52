"""The funder's form of one partner as a Word file, from the template that comes along or from the funder's own."""

from functools import cache

from lamppu_bot.report.forms import PartnerForm
from lamppu_bot.report.make_template import TEMPLATE
from lamppu_bot.report.placeholders import values_of
from lamppu_bot.report.properties import core_properties, in_language
from lamppu_bot.report.template import TemplateError, load_template
from lamppu_bot.report.template_check import check_template

__all__ = ["TemplateError", "check_template", "render_form"]


def render_form(form: PartnerForm, template: bytes | None = None) -> bytes:
    """The form as a .docx file. Equal forms are equal bytes, whenever they are made.

    `template` is the funder's own, in which `check_template` has found nothing wrong. Raises TemplateError.
    """
    return load_template(template or _own_template(form.language)).fill(values_of(form), core_properties(form))


@cache
def _own_template(language: str) -> bytes:
    return in_language(TEMPLATE.read_bytes(), language)
