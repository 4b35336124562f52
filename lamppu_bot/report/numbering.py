"""A template's numbering part: our bullet and number lists beside its own, with room for each form's lists."""

from dataclasses import dataclass
from typing import cast

from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.parts.numbering import NumberingPart
from lxml import etree

from lamppu_bot.report.wordprocessing import Numbering

_LEVELS = 9
_STEP = 284  # twentieths of a point: half a centimetre a level
_BULLETS = ("•", "–")  # in every font, unlike those of Symbol and Wingdings
_PLACE = "<!--lists-->"


@dataclass(frozen=True, slots=True)
class ListDefinitions:
    """The numbering part in two halves, between which a form's own lists go."""

    before: str
    after: str
    bullet_id: int
    ordered_abstract_id: int
    next_id: int

    def numbering(self) -> Numbering:
        """Fresh lists for one form."""
        return Numbering(self.bullet_id, self.ordered_abstract_id, self.next_id)

    def xml(self, numbering: Numbering) -> bytes:
        return f"{self.before}{''.join(numbering.added)}{self.after}".encode()


def add_lists(word: WordDocument) -> ListDefinitions:
    """Adds the list definitions to the document's numbering part, which is made if it has none."""
    root = _part(word).element
    abstract_id = _next(root, "w:abstractNum", "w:abstractNumId")
    bullet_id = _next(root, "w:num", "w:numId")
    _place_abstract(root, _abstract(abstract_id, "bullet"), _abstract(abstract_id + 1, "decimal"))
    bullets = parse_xml(f'<w:num {nsdecls("w")} w:numId="{bullet_id}"><w:abstractNumId w:val="{abstract_id}"/></w:num>')
    place = etree.Comment("lists")
    (root.findall(qn("w:num")) or root.findall(qn("w:abstractNum")))[-1].addnext(bullets)
    bullets.addnext(place)
    before, after = etree.tostring(root, encoding="unicode").split(_PLACE, 1)
    root.remove(place)
    return ListDefinitions(before, after, bullet_id, abstract_id + 1, bullet_id + 1)


def _part(word: WordDocument) -> NumberingPart:
    try:
        return cast(NumberingPart, word.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING))
    except KeyError:
        name = PackURI("/word/numbering.xml")
        root = parse_xml(f"<w:numbering {nsdecls('w')}/>")
        part = NumberingPart(name, CONTENT_TYPE.WML_NUMBERING, root, word.part.package)
        word.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return part


def _next(root: etree._Element, tag: str, attribute: str) -> int:
    return max((int(element.get(qn(attribute))) for element in root.findall(qn(tag))), default=0) + 1


def _place_abstract(root: etree._Element, *definitions: etree._Element) -> None:
    """The schema wants all abstract definitions before the first list."""
    first = root.find(qn("w:num"))
    for definition in definitions:
        if first is None:
            root.append(definition)
        else:
            first.addprevious(definition)


def _abstract(abstract_id: int, kind: str) -> etree._Element:
    levels = "".join(_level(level, kind) for level in range(_LEVELS))
    inner = f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}'
    return parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">{inner}</w:abstractNum>')


def _level(level: int, kind: str) -> str:
    shown = _BULLETS[level % len(_BULLETS)] if kind == "bullet" else f"%{level + 1}."
    hanging = _STEP if kind == "bullet" else _STEP + 80  # room for two digits
    indent = f'<w:pPr><w:ind w:left="{_STEP * level + hanging}" w:hanging="{hanging}"/></w:pPr>'
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/>'
        f'<w:lvlJc w:val="left"/>{indent}</w:lvl>'
    )
