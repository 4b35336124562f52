"""What a Word file says of itself: title, language and times, and the language its styles speak."""

from datetime import UTC, datetime
from xml.sax.saxutils import escape

from lamppu_bot.report.forms import PartnerForm
from lamppu_bot.report.package import pack, unpacked

_STYLES = "word/styles.xml"
_TEMPLATE_LANGUAGE = b'<w:lang w:val="fi-FI" w:eastAsia="fi-FI"'
_NAMESPACES = (
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def in_language(template: bytes, tag: str) -> bytes:
    """The template that comes along, its styles in another language: spelling and screen readers go by it."""
    members = unpacked(template)
    spoken = f'<w:lang w:val="{escape(tag)}" w:eastAsia="{escape(tag)}"'.encode()
    return pack({**members, _STYLES: members[_STYLES].replace(_TEMPLATE_LANGUAGE, spoken)})


def core_properties(form: PartnerForm) -> str:
    """The file's core properties. Its time is that of the newest answer, so that an unchanged form stays the same."""
    changed = _w3c(form.changed_at) if form.changed_at else ""
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{changed}</dcterms:{name}>' for name in ("created", "modified")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<cp:coreProperties {_NAMESPACES}><dc:title>{escape(form.title)}</dc:title>"
        f"<dc:subject>{escape(form.project)}</dc:subject><dc:creator>{escape(form.partner)}</dc:creator>"
        f"<dc:language>{escape(form.language)}</dc:language>"
        f"{times if changed else ''}</cp:coreProperties>"
    )


def _w3c(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
