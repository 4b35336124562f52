"""A Word template, read once and filled as often as there are partners.

docxtpl makes Jinja of what Word has scattered over runs and rows. That is done once for each template, and so is
parsing the Jinja; filling it then means rendering two or three parts and zipping, a few milliseconds a form.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, pass_context
from jinja2 import TemplateError as JinjaError
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from lamppu_bot import richtext
from lamppu_bot.errors import LamppuError
from lamppu_bot.report.numbering import ListDefinitions, add_lists
from lamppu_bot.report.package import pack, unpacked
from lamppu_bot.report.placeholders import PARAGRAPHS, FormText, as_written, prepare
from lamppu_bot.report.wordprocessing import Links, ParagraphFormat, Writer

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARAGRAPH = re.compile(r"(<w:p[ >])")
_TAG = re.compile(r"<[^>]*>")
_WRITER = "_writer"
_TEMPLATED = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
# What a template's expression can raise besides Jinja's own errors.
_FAILURES = (JinjaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


class TemplateError(LamppuError):
    """The Word template cannot be used; the text says why and what to change in it."""


@dataclass(frozen=True, slots=True)
class WordTemplate:
    """A template ready to be filled. Filling changes nothing in it, so threads may share it."""

    members: Mapping[str, bytes]
    parts: Mapping[str, Template]
    main: str
    core: str
    numbering: str
    lists: ListDefinitions

    def fill(self, values: Mapping[str, Any], core_properties: str) -> bytes:
        """The Word file. Raises TemplateError for a placeholder that is not known or cannot be shown."""
        numbering, links = self.lists.numbering(), Links()
        filled = {
            name: self._render(part, values, Writer(numbering, links if name == self.main else None))
            for name, part in self.parts.items()
        }
        relations = _relations_of(self.main)
        filled[relations] = self.members[relations].replace(
            b"</Relationships>", f"{links.xml()}</Relationships>".encode()
        )
        filled[self.numbering] = self.lists.xml(numbering)
        filled[self.core] = core_properties.encode()
        return pack({**self.members, **filled})

    def _render(self, part: Template, values: Mapping[str, Any], writer: Writer) -> bytes:
        try:
            return (_DECLARATION + part.render({**values, _WRITER: writer})).encode()
        except _FAILURES as error:
            reason = str(error).rstrip(".")
            raise TemplateError(
                f"the Word template cannot be filled: {reason}; docs/word-template.md names what it may hold"
            ) from error


@lru_cache(maxsize=8)
def load_template(content: bytes) -> WordTemplate:
    """The template in a .docx file's bytes. Raises TemplateError for what is no such file or no valid Jinja."""
    word = _opened(content)
    parts = _templated_parts(word)
    formats: list[ParagraphFormat] = []
    for part in parts:
        prepare(part.element, formats)
    sources = {str(part.partname).lstrip("/"): _source(part) for part in parts}
    lists = add_lists(word)
    _ = word.core_properties  # makes the part where the template has none
    core = word.part.package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES)
    jinja = _environment(tuple(formats))
    return WordTemplate(
        members=_saved(word),
        parts={name: _compiled(jinja, source) for name, source in sources.items()},
        main=str(word.part.partname).lstrip("/"),
        core=str(core.partname).lstrip("/"),
        numbering=str(word.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).partname).lstrip("/"),
        lists=lists,
    )


def _opened(content: bytes) -> WordDocument:
    try:
        unpacked(content)  # looks at the size before anything is parsed
        return docx.Document(BytesIO(content))
    except (BadZipFile, LookupError, ValueError, etree.XMLSyntaxError) as error:
        raise TemplateError(f"this is no Word document (save it as .docx): {error}") from error


def _templated_parts(word: WordDocument) -> list[XmlPart]:
    relations = word.part.rels.values()
    return [word.part, *(relation.target_part for relation in relations if relation.reltype in _TEMPLATED)]


def _source(part: XmlPart) -> str:
    """The part as Jinja, one line a paragraph so that an error's line number leads to its words."""
    xml = DocxTemplate(BytesIO()).patch_xml(etree.tostring(part.element, encoding="unicode"))
    return _PARAGRAPH.sub(r"\n\1", xml)


def _saved(word: WordDocument) -> dict[str, bytes]:
    file = BytesIO()
    word.save(file)
    return unpacked(file.getvalue())


def _environment(formats: tuple[ParagraphFormat, ...]) -> ImmutableSandboxedEnvironment:
    """Jinja for templates that come from people: no attribute, call or loop that reaches outside its values."""
    jinja = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    jinja.globals.clear()

    @pass_context
    def paragraphs(context: Context, value: object, number: int) -> Markup:
        if isinstance(value, StrictUndefined):
            str(value)  # raises, and names what is not known
        document = value.document if isinstance(value, FormText) else richtext.from_plain(str(value))
        return Markup(context[_WRITER].paragraphs(document, formats[number]))  # noqa: S704 - the writer escapes

    jinja.filters[PARAGRAPHS] = paragraphs
    return jinja


def _compiled(jinja: ImmutableSandboxedEnvironment, source: str) -> Template:
    try:
        return jinja.from_string(source)
    except TemplateSyntaxError as error:
        reason, words = str(error.message).rstrip("."), _words_of(source, error.lineno)
        raise TemplateError(f"a placeholder of the Word template is wrong: {reason} in “{words}”") from error
    except JinjaError as error:
        raise TemplateError(f"a placeholder of the Word template is wrong: {error}") from error


def _words_of(source: str, number: int) -> str:
    """The words of a line of Jinja as they stand in the template, or their beginning."""
    line = source.splitlines()[number - 1]
    return textwrap.shorten(as_written(_TAG.sub(" ", line)), 100, placeholder=" …")


def _relations_of(part_name: str) -> str:
    folder, _, name = part_name.rpartition("/")
    return f"{folder}/_rels/{name}.rels"
