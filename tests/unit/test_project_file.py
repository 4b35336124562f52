"""A project file that is right: what it means, and when two of them mean the same."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from lamppu_bot.project_file import ProjectDefinition, ProjectFileError, parse_project, read_project

TEMPLATE = Path("lamppu_bot/report/templates/form.docx")
PROJECT = """\
[project]
key = "lamppu"
name = "Laatua pohjoisessa"
short_name = "LAMPPU"
language = "fi"
time_zone = "Europe/Helsinki"
holidays = "FI"
channel = "C0123456789"

[[coordinators]]
name = "Katri Koordinaattori"
slack = "U0123456789"

[[partners]]
key = "rovaniemi"
name = "Rovaniemen koulutuskuntayhtymä"
short_name = "REDU"
contact = { name = "Oona Ojala", email = "Oona.Ojala@Example.org" }

[[partners]]
key = "kemi"
name = "Kemin opisto"
short_name = "Kemi"
[partners.contact]
name = "Oona Ojala"
email = "oona.ojala@example.org"
[partners.deputy]
name = "Veikko Vaara"
email = "veikko.vaara@example.org"

[[objectives]]
key = "verkosto"
title = "Verkosto"
text = "Verkosto toimii."

[[objectives]]
key = "oma"
title = "Oma tavoite"
text = "Vain REDU."
partner = "rovaniemi"

[[semesters]]
key = "2012-spring"
term = "spring"
year = 2012
ends = 2012-05-31
"""


def test_definition_calendar_left_out_has_its_defaults():
    calendar = parse_project(PROJECT).calendar
    assert (calendar.open_days_before, calendar.remind_days_before) == (15, (10, 5, 2))
    assert (calendar.hour, calendar.closes_days_after) == (time(9), 10)


def test_definition_same_contact_for_two_partners_is_fine():
    first, second = parse_project(PROJECT).partners
    assert first.contact.email == second.contact.email == "oona.ojala@example.org"
    assert first.deputy is None
    assert second.deputy is not None


def test_definition_objectives_of_a_partner_in_order():
    definition = parse_project(PROJECT)
    assert [objective.key for objective in definition.objectives_of("rovaniemi")] == ["verkosto", "oma"]
    assert [objective.key for objective in definition.objectives_of("kemi")] == ["verkosto"]


def test_definition_dates_with_overrides():
    text = PROJECT + "opens = 2012-05-20\ndue = 2012-06-08\ncloses = 2012-06-30\n"
    definition = parse_project(text)
    dates = definition.round_dates(definition.semesters[0])
    assert dates.opens_at == datetime(2012, 5, 18, 6, tzinfo=UTC)
    assert (dates.due_on, dates.closes_on) == (date(2012, 6, 8), date(2012, 6, 29))


@pytest.mark.parametrize("hour", ['"10:30"', "10:30:00"])
def test_definition_hour_as_text_or_as_toml_s_own(hour):
    assert parse_project(f"{PROJECT}[calendar]\nhour = {hour}\n").calendar.hour == time(10, 30)


def test_definition_texts_are_unwrapped():
    text = PROJECT.replace(
        '"Verkosto toimii."',
        '"""\n  Verkosto\n  toimii   hyvin.\n\n \n  Tapaamiset:\n  - kevät\n    ja kesä\n  - syksy\n"""',
    ).replace('"Kemin opisto"', '"""  Kemin\n opisto """')
    definition = parse_project(text)
    assert definition.objectives[0].text == "Verkosto toimii hyvin.\n\nTapaamiset:\n- kevät ja kesä\n- syksy"
    assert definition.partners[1].name == "Kemin opisto"


def test_definition_letters_typed_in_two_parts_are_the_same_letters():
    decomposed = PROJECT.replace("koulutuskuntayhtymä", "koulutuskuntayhtyma\u0308")
    assert parse_project(decomposed) == parse_project(PROJECT)


def test_definition_layout_and_comments_change_nothing():
    rearranged = PROJECT.replace('key = "kemi"\nname = "Kemin opisto"', "name = \"Kemin opisto\" # town\nkey = 'kemi'")
    assert parse_project(rearranged.replace("\n", "\r\n")) == parse_project(PROJECT)


def test_definition_order_of_a_list_is_part_of_it():
    first, second = PROJECT.index("[[partners]]"), PROJECT.rindex("[[partners]]")
    end = PROJECT.index("[[objectives]]")
    swapped = PROJECT[:first] + PROJECT[second:end] + PROJECT[first:second] + PROJECT[end:]
    assert parse_project(swapped) != parse_project(PROJECT)


def test_definition_survives_json():
    definition = parse_project(PROJECT + "opens = 2012-05-20\n")
    plain = json.loads(json.dumps(definition.as_plain()))
    assert ProjectDefinition.from_plain(plain) == definition
    assert plain["semesters"][0]["opens"] == "2012-05-20"
    assert plain["calendar"]["hour"] == "09:00"


def test_definition_of_an_earlier_version_without_a_newer_optional_field():
    plain = parse_project(PROJECT).as_plain()
    del plain["partners"][0]["contact"]["phone"]
    assert ProjectDefinition.from_plain(plain) == parse_project(PROJECT)


def test_definition_from_plain_refuses_what_is_none():
    with pytest.raises(ValidationError):
        ProjectDefinition.from_plain({"project": {}})


def test_definition_cannot_be_changed():
    definition = parse_project(PROJECT)
    with pytest.raises(ValidationError):
        definition.project.name = "Toinen"


def test_read_project_with_a_template_beside_it(tmp_path: Path):
    (tmp_path / "form.docx").write_bytes(TEMPLATE.read_bytes())
    file = tmp_path / "project.toml"
    file.write_text(PROJECT.replace("[[coord", 'form_template = "form.docx"\n[[coord', 1), "utf-8-sig")
    assert read_project(file).project.form_template == "form.docx"


def test_read_project_with_a_template_that_is_no_word_document(tmp_path: Path):
    (tmp_path / "form.docx").write_bytes(b"not Word")
    file = tmp_path / "project.toml"
    file.write_text(PROJECT.replace("[[coord", 'form_template = "form.docx"\n[[coord', 1), "utf-8")
    with pytest.raises(ProjectFileError) as caught:
        read_project(file)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (10, "project.form_template")
    assert "Word" in problem.message


def test_read_project_template_that_is_not_there(tmp_path: Path):
    file = tmp_path / "project.toml"
    file.write_text(PROJECT.replace("[[coord", 'form_template = "form.docx"\n[[coord', 1), "utf-8")
    with pytest.raises(ProjectFileError) as caught:
        read_project(file)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (10, "project.form_template")
    assert str(tmp_path / "form.docx") in problem.message


def test_read_project_no_such_file(tmp_path: Path):
    with pytest.raises(ProjectFileError, match=r"nowhere\.toml: there is no such file"):
        read_project(tmp_path / "nowhere.toml")
    with pytest.raises(ProjectFileError, match="cannot be read"):
        read_project(tmp_path)


def test_read_project_wrong_encoding(tmp_path: Path):
    file = tmp_path / "project.toml"
    file.write_bytes(PROJECT.encode("latin-1"))
    with pytest.raises(ProjectFileError, match="UTF-8"):
        read_project(file)


def test_read_project_in_a_language_without_texts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lamppu_bot.project_file.reading.languages", lambda: ("xx",))
    with pytest.raises(
        ProjectFileError, match=r'5: project\.language: there are no texts in "fi" yet: write one of xx'
    ):
        parse_project(PROJECT)


INDICATORS = """
[[objectives.indicators]]
key = "koulutetut"
title = "Koulutetut opettajat"
unit = "henkilöä"
target = 12.50

[[objectives.indicators]]
key = "kokoukset"
title = "Kokoukset"
unit = "kpl"
"""


def test_definition_room_of_an_objective_comes_before_the_project_s():
    text = PROJECT.replace("holidays", "room = 700\nholidays").replace('title = "Oma', 'room = 900\ntitle = "Oma')
    definition = parse_project(text)
    assert [definition.room_of(objective) for objective in definition.objectives] == [700, 900]
    assert parse_project(PROJECT).room_of(definition.objectives[0]) is None


def test_definition_indicators_keep_their_order_and_survive_a_json_column():
    text = PROJECT.replace('text = "Verkosto toimii."\n', f'text = "Verkosto toimii."\n{INDICATORS}')
    definition = parse_project(text)
    first, second = definition.objectives[0].indicators
    assert (first.title, first.unit, first.target) == ("Koulutetut opettajat", "henkilöä", Decimal("12.5"))
    assert (second.key, second.target) == ("kokoukset", None)
    assert ProjectDefinition.from_plain(json.loads(json.dumps(definition.as_plain()))) == definition
