"""XARF reports against the format's own parser; and what registration data says."""

from __future__ import annotations

import json
from typing import Any

import pytest
import xarf

from hunter.errors import InputError, UsageError
from hunter.takedown.rdap import read_registration
from hunter.takedown.writing import write_files
from hunter.takedown.xarf import VERSION
from tests.takedown.conftest import DOMAIN, RDAP, Desk


def report_of(desk: Desk, ground: str, **given: str) -> dict[str, Any]:
    files = write_files(desk.draft("registrar", ground, DOMAIN, **given))
    assert b"To: abuse@registrar.example" in files["mail.eml"] and b"xarf.json" in files["mail.eml"]
    found: dict[str, Any] = json.loads(files["xarf.json"])
    return found


@pytest.mark.parametrize("ground", ["phishing", "trademark", "impersonation"])
def test_reports_are_valid(ground: str, desk: Desk) -> None:
    report = report_of(desk, ground, claim__harm="asks for card numbers")
    result = xarf.parse(report)
    assert not result.errors and result.report is not None
    assert report["xarf_version"] == VERSION == xarf.SPEC_VERSION
    assert report["type"] == ("phishing" if ground == "phishing" else "brand_infringement")
    assert report["evidence"][0]["hash"].startswith("sha256:") and "confidence" not in report


def test_names_with_xn_stand_where_the_format_takes_them(desk: Desk) -> None:
    report = report_of(desk, "impersonation")
    assert "domain" not in report and report["source_identifier"] == "xn--cme-5cd.example"
    assert report["url"] == "https://xn--cme-5cd.example/" and report["infringement_type"] == "homograph"
    broken = xarf.parse(report | {"domain": "xn--cme-5cd.example"})
    assert broken.errors  # the trap is still there


@pytest.mark.parametrize("field", ["url", "legitimate_site", "infringement_type", "source_identifier"])
def test_the_parser_would_notice_what_is_left_out(field: str, desk: Desk) -> None:
    report = report_of(desk, "impersonation")
    del report[field]
    assert xarf.parse(report).errors


def test_a_mark_and_what_was_copied_are_told(desk: Desk) -> None:
    report = report_of(desk, "trademark")
    assert report["trademark_details"] == {
        "registration_number": "UK00001234567",
        "jurisdiction": "UKIPO",
        "category": [36],
    }
    assert report["infringing_elements"] == ["domain_name", "brand_name"] and 0 < report["similarity_score"] <= 1
    assert report["registrar"] == "Registrar Example Ltd" and report["nameservers"][0] == "ns1.host.example"


def test_too_long_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="1000 fit"):
        report_of(desk, "phishing", claim__confusion="x" * 1001)


def test_registration_data() -> None:
    found = read_registration(json.dumps(RDAP).encode())
    assert (found.registrar, found.iana_id, found.abuse_email) == (
        "Registrar Example Ltd",
        "9999",
        "abuse@registrar.example",
    )
    assert found.created == "2026-11-01T00:00:00Z" and len(found.nameservers) == 2 and found.registrant is None


@pytest.mark.parametrize(
    "content",
    [b"{}", b'{"entities": 7}', b'{"entities": [{"roles": "abuse", "vcardArray": [1]}]}',
     b'{"events": [{}], "nameservers": [{"ldhName": 3}]}',
     b'{"entities": [{"roles": ["abuse"], "vcardArray": ["vcard", [["email"], ["email", {}, "text", 5]]]}]}'],
)  # fmt: skip
def test_odd_answers_say_nothing(content: bytes) -> None:
    found = read_registration(content)
    assert found.registrar is None and found.abuse_email is None and found.nameservers == ()


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b'"x"', b"[" * 100_000])
def test_what_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_registration(content)
