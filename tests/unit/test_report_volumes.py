"""The report of very many partners as several PDF files: every partner in one of them, each small enough to be made."""

from dataclasses import replace

import pytest

from lamppu_bot.report.compile import Report, Volume
from lamppu_bot.report.filenames import form_filenames, pdf_filename
from lamppu_bot.report.pdf import render_report_pdf
from lamppu_bot.report.pieces import batches, file_digests, is_whole
from lamppu_bot.report.volumes import LARGEST, volumes
from tests.unit.report_samples import answer, compiled, partners, report_of_every_state, snapshot
from tests.unit.test_report_pdf import words

PARTNERS = 600


@pytest.fixture(scope="module")
def large() -> Report:
    text = "Sana. " * 500
    found = [answer(number, 1, document=text) for number in range(1, PARTNERS + 1)]
    return compiled(snapshot(*found, partners=partners(PARTNERS)))


def test_small_report_is_one_file():
    report = report_of_every_state("fi")
    assert volumes(report) == (report,)
    assert [name for name in file_digests(report) if is_whole(name)] == ["file:report"]


def test_large_report_has_every_partner_once_in_parts_of_bounded_size(large):
    found = volumes(large)
    assert len(found) == 3
    assert [partner for volume in found for partner in volume.partners] == list(large.partners)
    assert [entry for volume in found for entry in volume.entries] == list(large.entries)
    assert all(sum(len("Sana. " * 500) for _ in volume.entries) <= LARGEST for volume in found)
    assert [volume.volume for volume in found] == [Volume(number, 3) for number in (1, 2, 3)]


def test_part_that_changes_is_the_one_that_goes_out_again(large):
    changed = replace(large.entries[-1], document=[{"type": "rich_text_section", "elements": []}])
    before, after = file_digests(large), file_digests(replace(large, entries=(*large.entries[:-1], changed)))
    parts = [name for name in before if is_whole(name)]
    assert parts == ["file:report", "file:report:2", "file:report:3"]
    assert [name for name in parts if before[name] != after[name]] == ["file:report:3"]
    assert sorted(name for batch in batches(list(before)) for name in batch) == sorted(before)


def test_names_of_parts_are_no_two_alike_nor_like_a_form(large):
    called = [replace(partner, name=f"Raportti {partner.id}") for partner in large.partners[:4]]
    report = replace(large, partners=tuple(called))
    names = [pdf_filename(volume) for volume in volumes(large)]
    forms = form_filenames(report, "pdf").values()
    assert len({*names, *forms}) == len(names) + len(called)


@pytest.mark.parametrize(("language", "said"), [("fi", "osa 2/3"), ("sv", "del 2/3"), ("en", "part 2/3")])
def test_part_says_which_it_is(language, said):
    report = replace(report_of_every_state(language), volume=Volume(2, 3))
    assert said in words(render_report_pdf(report))
