"""What people read stands in the catalogues alone: neither in the code that speaks to them nor in the templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

CODE = Path(__file__).parents[2] / "lamppu_bot"
TEMPLATES = CODE / "report" / "templates"

# What speaks English, for it speaks to those who run the bot: the command line, its rehearsal, the log, notes beside
# parked deliveries. And what says nothing: the local workspace, scripts that make the templates, names of rungs.
NOT_FOR_PEOPLE = {
    *("loading", "operating", "project_file", "workspace"),
    *("settings.py", "logs.py", "overview.py", "rehearsal.py", "forecast.py", "story.py", "semester.py"),
    *("side_process.py", "rehearsal_command.py"),
    *("slack/checking.py", "slack/checking_people.py", "slack/refusals.py", "slack/socket.py", "slack/http.py"),
    *("slack/parking.py", "slack/health.py"),
    *("report/make_template.py", "report/make_font.py", "report/template_check.py"),
}
LOGGING = {"debug", "info", "warning", "error", "exception", "guarded", "Reason"}
# A letter of ours, two words, or a word that begins like a sentence: what stands on a button is often no more.
WORDS = re.compile(r"[åäöÅÄÖ]|[^\W\d_]{2,} [^\W\d_]{2,}|(?<![\w.])[A-Z][a-z]{2,}(?!\w)")
# Names of fonts, and what only programs read: headers of HTTP, a type's name, markup of Word files, Slack's warnings.
NAMES = {"Courier New", "Libertinus Serif", "DejaVu Sans Mono", "Lamppu Boxes", "`token` will be unused"}
NAMES_OF_PROGRAMS = {"Authorization", "Bearer ", "Content-Type", "None"}
MARKUP = re.compile(r'w:|xmlns|<\?xml|</?Relationship|="|^"')


def test_no_text_stands_outside_the_catalogues() -> None:
    found = [
        f"{path.relative_to(CODE)}:{node.lineno}: {node.value}"
        for path in _speaking()
        for node in _strings(ast.parse(path.read_text(encoding="utf-8")))
        if WORDS.search(node.value) and not MARKUP.search(node.value) and node.value not in NAMES | NAMES_OF_PROGRAMS
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'said = f"Hei, {name} siellä"',
        'said = "one two"',
        'said = ["Säästä"]',
        "texts('a', b='no one')",
        'button("Valmis")',
        'raise RefusedError("Et voi vastata.")',
    ],
)
def test_text_in_code_is_found(code: str) -> None:
    assert any(WORDS.search(node.value) for node in _strings(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        '"""What it is."""',
        'log.info("one two")',
        'raise ValueError("one two")',
        "'a.b_c'",
        'def f(found: "Found") -> "list[Found]": ...',
        'found: "Found" = cast("Found", given)',
    ],
)
def test_docstrings_logs_errors_and_types_are_no_texts(code: str) -> None:
    assert not any(WORDS.search(node.value) for node in _strings(ast.parse(code)))


def test_word_template_holds_placeholders_only() -> None:
    with ZipFile(TEMPLATES / "form.docx") as form:
        files = [form.read(name).decode("utf-8") for name in form.namelist() if name.endswith(".xml")]
    words = [word for xml in files for word in _words_of_word(xml) if not re.fullmatch(r"\{[{%].*[}%]\}", word)]
    assert [word for word in words if re.search(r"[^\W\d_]", word)] == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.typ")), ids=lambda path: path.name)
def test_typst_template_holds_no_words(path: Path) -> None:
    code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    strings = set(re.findall(r'"([^"]*)"', code))
    assert {string for string in strings if WORDS.search(string)} <= NAMES
    assert [line for line in _outermost(re.sub(r'"[^"]*"', '""', code)) if not line.startswith(("#", ")"))] == []
    contents = (re.sub(r"#\w[\w.]*(\([^()]*\)[.\w]*)*", "", held) for held in re.findall(r"\[([^\[\]]*)\]", code))
    assert [held for held in contents if re.search(r"[^\W\d_]{2,}", re.sub(r"#\([^#]*", "", held))] == []


def _speaking() -> list[Path]:
    paths = {path: path.relative_to(CODE) for path in CODE.rglob("*.py")}
    return [path for path, place in paths.items() if not NOT_FOR_PEOPLE & {place.as_posix(), place.parts[0]}]


def _strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """The strings of a module but for docstrings, names of types, what is logged, and what is raised."""
    asides = (aside for node in ast.walk(tree) for aside in _asides(node))
    skipped = {id(inner) for aside in asides for inner in ast.walk(aside)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node


def _asides(node: ast.AST) -> Iterator[ast.AST]:
    """What of this node nobody reads in Slack; but a refusal is told to the person, in the words of its key."""
    match node:
        case ast.Call(func=called) if _name(called) in LOGGING:
            yield node
        case ast.Call(func=ast.Name("cast"), args=[kind, *_]):
            yield kind
        case ast.Raise(exc=ast.Call(func=called)) if _name(called) != "RefusedError":
            yield node
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name("__all__")]):
            yield node
        case (
            ast.arg(annotation=ast.AST() as kind)
            | ast.AnnAssign(annotation=kind)
            | ast.FunctionDef(returns=ast.AST() as kind)
        ):
            yield kind


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _words_of_word(xml: str) -> list[str]:
    """Texts, and what names and describes tables and the file itself."""
    described = re.findall(r'<w:tbl(?:Caption|Description) w:val="([^"]*)"', xml)
    return described + re.findall(r"<(?:w:t|dc:title|dc:subject|dc:description)(?: [^>]*)?>([^<]*)<", xml)


def _outermost(code: str) -> Iterator[str]:
    """The lines that begin outside all brackets: what is neither code nor within it is text."""
    depth = 0
    for line in code.splitlines():
        if depth == 0 and line.strip():
            yield line.strip()
        depth += len(re.findall(r"[(\[{]", line)) - len(re.findall(r"[)\]}]", line))
