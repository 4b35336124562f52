"""Names of files: plain letters, no two alike, never too long."""

from dataclasses import replace

import pytest

from lamppu_bot.report.filenames import form_filenames, matrix_filename, report_filename
from tests.unit.report_samples import answer, compiled, partners, snapshot


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rovaniemen koulutuskuntayhtymä", "lamppu-2012-rovaniemen-koulutuskuntayhtyma.docx"),
        ("Åbo Akademi / Öst & Väst", "lamppu-2012-abo-akademi-ost-vast.docx"),
        ("../../etc/passwd", "lamppu-2012-etc-passwd.docx"),
        ("Sámi oahpahusguovddáš", "lamppu-2012-sami-oahpahusguovddas.docx"),
        ("Straße Łódź", "lamppu-2012-strasse-lodz.docx"),
        ("", "lamppu-2012.docx"),
    ],
)
def test_report_filename_is_plain(name, expected):
    assert report_filename("lamppu", 2012, name, "docx") == expected


@pytest.mark.parametrize(("length", "expected"), [(102, 119), (103, 120), (104, 120), (300, 120)])
def test_report_filename_is_never_too_long(length, expected):
    assert len(report_filename("lamppu", 2012, "a" * length, "docx")) == expected


def test_form_filenames_are_no_two_alike():
    names = ("Osahanke A", "Osahanke Å", "学校", "osahanke-2 Osahanke Å")
    named = tuple(replace(partner, name=name) for partner, name in zip(partners(4), names, strict=True))
    report = compiled(snapshot(*(answer(n, 1) for n in range(1, 5)), partners=named))
    assert form_filenames(report) == {
        1: "lamppu-2012-osahanke-a.docx",
        2: "lamppu-2012-osahanke-2-osahanke-a.docx",
        3: "lamppu-2012-osahanke-3.docx",
        4: "lamppu-2012-osahanke-4-osahanke-2-osahanke-a.docx",
    }


def test_matrix_filename_says_what_it_is():
    assert matrix_filename(compiled(snapshot(answer(1, 1)))) == "lamppu-2012-tulokset.xlsx"
