"""The texts in a bag: what it is, how to check it with standard tools, what it does not prove, a draft certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hunter.evidence.layout import NAMESPACE

NOT_PROVEN = (
    "That the platform or the host itself vouches for these bytes. TLS does not sign what it carries: the chain shows "
    "whose certificate answered, the rest rests on whoever ran this program.",
    "Who is behind the account. It is SUSPECTED of impersonation; a person decided so, the score only helped.",
    "That everybody saw the same. A server may show other visitors, countries or devices something else.",
    "That nothing false went in before sealing. Seal and stamp prove that nothing changed afterwards.",
    "The exact time where the clock of the machine was not synchronised (see environment/clock.json). The time stamp, "
    "where there is one, proves only that the bag existed at that moment.",
    "That the screenshot shows the same answer as the recorded bytes: it is a visit of its own, moments later.",
    "Any point of law. Nothing here is legal advice.",
)

STEPS = (
    ("Structure: no file is missing, changed or added, no path leads outside", "bagit.py --validate ."),
    ("The same without Python (does not notice added files)", "sha256sum --strict --quiet -c manifest-sha256.txt"),
    ("The manifests themselves", "sha256sum --strict --quiet -c tagmanifest-sha256.txt"),
    (
        "Time and integrity, by somebody else than us. Take the authority's root certificate from the authority itself",
        'for t in seal/*.tsr; do openssl ts -verify -data tagmanifest-sha256.txt -in "$t" '
        '-CAfile "${t%.tsr}-chain.pem"; openssl ts -reply -in "$t" -text | grep "Time stamp"; done',
    ),
    (
        "Who sealed it. Compare the key with the one that the signer publishes",
        "ssh-keygen -Y verify -f seal/allowed_signers -I \"$(cut -d' ' -f1 seal/allowed_signers)\" "
        f"-n {NAMESPACE} -s seal/tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt",
    ),
    (
        "The log of decisions: every line holds the hash of the one before, the last one is named in bag-info.txt",
        "p=$(printf '0%.0s' {1..64}); while IFS= read -r l; do case $l in *\"\\\"prev\\\":\\\"$p\\\"\"*);; "
        "*) echo BROKEN;; esac; p=$(printf %s \"$l\" | sha256sum | cut -d' ' -f1); done < data/review/audit.jsonl; "
        'grep -qx "Audit-Head-SHA256: $p" bag-info.txt || echo HEAD',
    ),
    (
        "The recordings: digests inside, and as many answers as Warc-Response-Count in bag-info.txt says",
        'for w in data/captures/*/capture.warc.gz; do warcio check -v "$w"; done; '
        "cat data/captures/*/capture.warc.gz | zcat | grep -a -c '^WARC-Type: response'; "
        "grep Warc-Response-Count bag-info.txt",
    ),
)  # fmt: skip


def write_readme(facts: Mapping[str, str]) -> str:
    """`data/README.txt`; `facts` are printed at its top."""
    width = max(map(len, facts))
    top = "\n".join(f"{name + ':':{width + 2}}{value}" for name, value in facts.items())
    steps = "\n\n".join(f"{n}. {what}\n   {command}" for n, (what, command) in enumerate(STEPS, 1))
    limits = "\n".join(f"- {text}" for text in NOT_PROVEN)
    return f"""EVIDENCE OF A SUSPECTED IMPERSONATION

{top}

WHAT IS IN HERE
captures/N/       one visit: raw requests and answers as sent and received inside TLS (*.bin), the certificates as sent
                  with what was wrong with them (tls-*), names (dns.json), registration data (rdap-*), the same as WARC
                  and WACZ for other tools, screenshot and text of the page; capture.json tells everything in order
seen/             the answers in which the account was first found and judged, as the crawler kept them (bodies only)
profile/          the account as it was judged, each field with the place in the bytes where it stands; its picture
brand/            the brand as it was at that time, with its reference pictures
comparison/       both pictures side by side; the score with every finding and weight (score.txt in words)
review/           what people decided, and the log over it
environment/      program, packages, settings without secrets, clock, network
notices/          notices drafted from this, where there are any
certificate-draft.txt   a certificate for a person to complete and sign, or not

HOW TO CHECK IT, with standard tools only, from the folder that holds bagit.txt (bash)

{steps}

WACZ: unzip captures/N/capture.wacz; datapackage.json lists the SHA-256 of each part. Replay it in a browser only in a
profile of its own: the page inside is hostile.
The score: hunter evidence rescore BAG works it out again from what is in here.

WHAT IT DOES NOT PROVE
{limits}
"""


def draft_certificate(facts: Mapping[str, Any]) -> str:
    """A draft after Federal Rules of Evidence 902(13) and (14) with 28 U.S.C. 1746; nobody has signed it."""
    clock = facts["clock"]
    known = {True: "reported as synchronised", False: "reported as NOT synchronised", None: "synchronisation unknown"}
    state = known[clock.get("synchronised")]
    files = "\n".join(f"   {digest}  {name}" for name, digest in facts["files"])
    return f"""DRAFT - NOT SIGNED - FOR A QUALIFIED PERSON TO CHECK, COMPLETE AND SIGN

CERTIFICATE OF A RECORD GENERATED BY AN ELECTRONIC PROCESS AND OF DATA COPIED FROM AN ELECTRONIC SOURCE
(Federal Rules of Evidence 902(13) and 902(14); form of 28 U.S.C. 1746. Other courts ask for other forms.)

I, ______________________ (name), ______________________ (position), state:

1. I am qualified to make this statement because ______________________________________________.

2. The process. On {facts["started"]} to {facts["ended"]} the program {facts["tool"]["name"]} {facts["tool"]["version"]}
   (source SHA-256 {facts["tool"]["source_sha256"]})
   asked for {facts["target"]} and what belongs to it. For each request it opened one connection, wrote the bytes that
   were sent and received inside TLS to files without changing them, and kept the address that answered and the
   certificates that were sent. It computed SHA-256 and SHA-512 of every file. It followed redirects and kept each hop.
   The machine's clock was {state} (source: {clock.get("source")}).

3. Accuracy. The process gives an accurate result: the program's tests compare the stored bytes with the bytes that a
   server sent, and show that each change made afterwards is noticed. Known limits stand in README.txt under
   "What it does not prove".

4. The record. The evidence is the folder {facts["name"]}. The SHA-256 of its file tagmanifest-sha256.txt is
   ______________________________________________________________ (compute it; it names every other file).
   I checked it on ____________ by the steps in README.txt with this result: ______________________.

5. The raw answers in it are:
{files}

I declare under penalty of perjury under the laws of the United States of America that the foregoing is true and
correct.

[ ] I have read this and it is true.        Executed on ____________        Signature ______________________
"""
