"""Notices as a lawyer reads them: filled, honest about gaps, never ticked, never cut, never too early."""

from __future__ import annotations

import email
import json
import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from email.policy import default

import pytest

from hunter.errors import UsageError
from hunter.takedown.channels import Limit, get_channel, load_channels
from hunter.takedown.matter import Considered
from hunter.takedown.notice import choose_ground, count, draft
from hunter.takedown.writing import write_files
from tests.takedown.conftest import ACCOUNT, BRAND, DOMAIN, NOON, UNCONFIRMED, UNSEALED, Desk

EVERY = [(c.slug, ground) for c in load_channels().values() for ground in c.grounds]
PEOPLE = {"complainant__person": "Dana Doe", "complainant__title": "Counsel", "complainant__postal": "1 Bank Street"}


@pytest.mark.parametrize(("slug", "ground"), EVERY, ids=[f"{s}-{g}" for s, g in EVERY])
def test_every_channel_drafts_a_notice(slug: str, ground: str, desk: Desk) -> None:
    channel = get_channel(slug)
    number = DOMAIN if channel.platforms == ("domain",) else ACCOUNT
    made = desk.draft(replace(channel, platforms=()), ground, number)
    files = write_files(made)
    text = files["notice.txt"].decode()
    assert text.startswith("DRAFT, NOT SENT") and "Signature: ____" in text
    asked = set(channel.wanted(ground)) - {"signature"}
    assert asked == {key for key in made.filled if key in asked} | ({key for key, _ in made.missing} & asked)
    assert not re.search(r"\[[xX✓]\]", text) and text.count("[ ] ") == len(channel.statements)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\r]", text)
    assert all(len(line) <= 100 or " " not in line.strip() for line in text.splitlines())
    record = json.loads(files["notice.json"])
    assert record["sent"] is False and not any(s["made"] for s in record["statements"])
    assert set(tomllib.loads(files["answers.toml"].decode())) >= {key for key, _ in made.missing}


def test_what_is_known_is_filled_in(desk: Desk) -> None:
    filled = desk.draft(replace(get_channel("github"), platforms=()), "trademark").filled
    assert filled["mark.reg_no"] == "UK00001234567" and filled["complainant.org"] == "Acme plc"
    assert filled["complainant.website"] == "https://acme.example"
    assert "acme.example on bluesky" in filled["complainant.official_accounts"]
    assert filled["claim.elements_copied"] == "handle, name"
    assert "2026-11-23" in filled["claim.confusion"] and "fraud" not in filled["claim.confusion"]
    assert "EV-1" in filled["evidence.screenshots"] and "considered by dana" in filled["claim.fair_use_considered"]


def test_what_is_missing_is_told_and_can_be_given(desk: Desk) -> None:
    channel = replace(get_channel("x-trademark"), platforms=())
    missing = [key for key, _ in desk.draft(channel, "trademark").missing]
    assert missing == [
        "complainant.person", "complainant.title", "complainant.postal", "complainant.phone", "authority.kind",
        "mark.country", "mark.record_url", "claim.requested_action",
    ]  # fmt: skip
    again = desk.draft(channel, "trademark", **PEOPLE, authority__kind="owner")
    assert [key for key, _ in again.missing] == [
        "complainant.phone",
        "mark.country",
        "mark.record_url",
        "claim.requested_action",
    ]
    assert again.filled["complainant.person"] == "Dana Doe"


def test_a_second_copied_element_is_asked_for(desk: Desk) -> None:
    channel = replace(get_channel("x-impersonation"), platforms=())
    matter = desk.matter()
    told = dict(draft(channel, "impersonation", matter, now=NOON).missing)  # handle and name are both names
    assert told["claim.elements_copied"] == "2 copied elements are needed, 1 is shown: name another"
    picture = {"signal": "same_picture", "bits": 9.0}
    both = replace(matter, suspect=replace(matter.suspect, findings=(*matter.suspect.findings, picture)))
    assert "claim.elements_copied" not in dict(draft(channel, "impersonation", both, now=NOON).missing)
    given = replace(matter, given={"claim.elements_copied": "handle, description"})
    assert "claim.elements_copied" not in dict(draft(channel, "impersonation", given, now=NOON).missing)


def test_a_homograph_is_told_letter_by_letter(desk: Desk) -> None:
    filled = desk.draft("registrar", "phishing", DOMAIN).filled
    assert filled["domain.a_label"] == "xn--cme-5cd.example (shown as аcme.example: U+0430 CYRILLIC SMALL LETTER A)"
    assert filled["claim.elements_copied"] == "domain name, name"


def test_the_ground_must_be_chosen() -> None:
    assert choose_ground(get_channel("dmca"), None) == "copyright"
    assert choose_ground(get_channel("bluesky"), "phishing") == "phishing"
    for ground in (None, "copyright"):
        with pytest.raises(UsageError, match="impersonation: somebody pretends"):
            choose_ground(get_channel("bluesky"), ground)


def test_too_early_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no sealed evidence"):
        desk.draft("bluesky", "impersonation", UNSEALED)
    with pytest.raises(UsageError, match="held for an impersonation by 0, 1 person must be"):
        desk.draft("bluesky", "impersonation", UNCONFIRMED)
    strict = Desk(desk.store, replace(desk.settings, confirmations=2), desk.folder)
    with pytest.raises(UsageError, match="by 1, 2 people must be"):
        strict.draft("bluesky", "impersonation")
    with pytest.raises(UsageError, match="no suspect 99"):
        desk.draft("bluesky", "impersonation", 99)
    with pytest.raises(UsageError, match="takes no accounts of bluesky"):
        desk.draft("github", "trademark")


def test_a_bag_that_is_another_one_is_refused(own_desk: Desk) -> None:
    (own_desk.folder / "EV-1" / "tagmanifest-sha256.txt").write_text("forged\n")
    with pytest.raises(UsageError, match="not the bag that was sealed"):
        own_desk.draft("bluesky", "impersonation")


def test_nothing_is_cut(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"mastodon: the text has \d+ characters, 1000 fit; nothing is cut"):
        write_files(desk.draft(replace(get_channel("mastodon"), platforms=()), "phishing", claim__confusion="ä" * 990))
    exact = desk.draft("bluesky", "impersonation", claim__confusion="👩‍👩‍👧" * 1800)
    assert write_files(exact)["report.json"]
    with pytest.raises(UsageError, match="501 words, 500 fit"):
        desk.draft("urs", "cybersquatting", DOMAIN, claim__confusion="word " * 501)


@pytest.mark.parametrize(
    ("text", "unit", "size"),
    [("👩‍👩‍👧", "graphemes", 1), ("e\u0301a", "graphemes", 2), ("👍🏽!", "graphemes", 2), ("ab", "characters", 2),
     (" a  b\nc ", "words", 3), ("", "words", 0), ("", "graphemes", 0)],
)  # fmt: skip
def test_counting(text: str, unit: str, size: int) -> None:
    assert count(text, unit) == size
    assert Limit(unit=unit, most=1).most == 1


@pytest.mark.parametrize(
    ("mail", "warned"),
    [
        ("brand@acme.example", None),
        ("legal+eu@acme.example", None),
        ("dana.doe@acme.example", "may be a person's own"),
        ("acme.legal@gmail.com", "free mail service"),
    ],
)
def test_private_contact_data_is_warned_of(mail: str, warned: str | None, desk: Desk) -> None:
    channel = replace(get_channel("meta-trademark"), platforms=())
    told = " ".join(desk.draft(channel, "trademark", complainant__email=mail).warnings)
    assert (warned in told) if warned else ("e-mail address" not in told)
    assert "private" in " ".join(desk.draft(channel, "trademark", complainant__phone="+44 1").warnings)


def test_an_address_of_another_domain_is_missing_where_the_channel_wants_the_companys(desk: Desk) -> None:
    channel = replace(get_channel("github"), platforms=())
    made = desk.draft(channel, "trademark", complainant__email="brand@lawyers.example")
    assert dict(made.missing)["complainant.email"] == "must be an address of the company's own domain"
    assert "complainant.email" not in dict(desk.draft(channel, "trademark").missing)


def test_an_old_channel_and_an_old_look_are_warned_of(desk: Desk) -> None:
    late = draft(get_channel("bluesky"), "phishing", desk.matter(), now=NOON + timedelta(days=200))
    assert "200 days ago" in late.warnings[0] and "whether it is still there" in late.warnings[1]
    never = replace(get_channel("bluesky"), checked_on=None)
    assert "never compared" in draft(never, "phishing", desk.matter(), now=NOON).warnings[0]
    text = write_files(draft(never, "phishing", desk.matter(), now=NOON))["notice.txt"].decode()
    assert "never compared with it" in " ".join(text.split())


def test_unconfirmed_fields_are_told_as_such(desk: Desk) -> None:
    made = desk.draft(replace(get_channel("reddit"), platforms=()), "trademark")
    assert any("list of fields is not confirmed" in w for w in made.warnings)


def test_an_exception_needs_a_reason_and_shows(desk: Desk) -> None:
    parody = Considered(by="dana", at=NOON, exception="parody", because="it asks for card numbers")
    made = draft(get_channel("bluesky"), "impersonation", desk.matter(considered=parody), now=NOON)
    assert any(w.startswith("parody may apply") for w in made.warnings)
    x = draft(replace(get_channel("x-trademark"), platforms=()), "trademark", desk.matter(considered=parody), now=NOON)
    assert "it asks for card numbers" in x.filled["claim.fair_use_considered"]


def test_the_bodies_for_bluesky_and_mastodon(desk: Desk) -> None:
    body = json.loads(write_files(desk.draft("bluesky", "impersonation"))["report.json"])
    assert body["subject"] == {"$type": "com.atproto.admin.defs#repoRef", "did": "did:plc:00000001"}
    assert body["reasonType"] == "tools.ozone.report.defs#reasonMisleadingImpersonation"
    assert "The real accounts: acme.example on bluesky" in body["reason"] and "\u202e" not in body["reason"]
    mastodon = replace(get_channel("mastodon"), platforms=())
    body = json.loads(write_files(desk.draft(mastodon, "phishing", target__posts="11, 12"))["report.json"])
    assert (body["account_id"], body["status_ids"], body["forward"]) == ("did:plc:00000001", ["11", "12"], True)
    assert len(body["comment"]) <= 1000


def test_mail_drafts_have_clean_headers(desk: Desk) -> None:
    made = desk.draft(replace(get_channel("telegram"), platforms=()), "copyright")
    content = write_files(made)["mail.eml"]
    mail = email.message_from_bytes(content, policy=default)
    assert mail["To"] == "dmca@telegram.org" and mail["Subject"] == "Copyright report, our reference EV-1"
    assert mail["X-Unsent"] == "1" and mail["Bcc"] is None and mail["From"] is None
    assert "⟨U+202E⟩" in mail.get_body().get_content()  # type: ignore[attr-defined]


def test_the_udrp_skeleton_has_the_three_elements_and_says_what_is_open(desk: Desk) -> None:
    files = write_files(desk.draft("udrp", "cybersquatting", DOMAIN, complainant__org="Acme Holdings"))
    text = files["complaint.txt"].decode()
    for part in (
        "8.1 Identical or confusingly similar",
        "8.2 No rights",
        "8.3 Registered and used in bad faith",
        "13. Cert",
    ):
        assert part in text
    assert "Registrar Example Ltd (IANA 9999)" in text and "2026-11-01" in text and "[to be completed:" in text
    assert "E. Assignment or licence" in text and "owned by Acme plc, not by Acme Holdings" in " ".join(
        files["notice.txt"].decode().split()
    )
    assert "[ ] The information in this complaint" in text


def test_earlier_reports_are_told(own_desk: Desk) -> None:
    from hunter.store import submissions

    with own_desk.store.write() as c:
        submissions.add(
            c, ACCOUNT, channel="bluesky", ground="impersonation", sent_at=NOON, sent_by="dana", sent_sha256="0" * 64,
            at=NOON, reference="R-17",
        )  # fmt: skip
    assert own_desk.matter().earlier == ("bluesky on 2026-11-23, reference R-17, sent",)


def test_fields_that_are_none_are_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"complainant\.fax: no such field"):
        desk.draft("bluesky", "phishing", complainant__fax="1")


def test_the_brand_as_it_was_serves_where_there_is_no_file(desk: Desk) -> None:
    from hunter.takedown.gather import gather
    from tests.takedown.conftest import NOBODY

    matter = gather(desk.store, ACCOUNT, [], desk.settings, considered=NOBODY, given={})
    assert matter.brand.rights == BRAND.rights
