"""Lines of what courses and programmes state, of claims, and of each party's share."""

# ruff: noqa: E501 - a table

from tests.mutations.runner import CONTRACTS, DOMAIN, UNIT, Mutation

CLAIMS = f"{UNIT}/contracts/after_award/test_claims.py"
REDEMPTION = f"{UNIT}/contracts/after_award/test_redemption.py"
PLACES = f"{UNIT}/contracts/test_stated_places.py"
PROGRAMMES = f"{UNIT}/contracts/test_programmes.py"
RULINGS = f"{UNIT}/domain/test_ruling_and_transfer.py"
STATED = f"{UNIT}/domain/test_stated.py"
VERSIONS = f"{UNIT}/domain/agreements/test_agreement_versions.py"
BROKEN = (
    (f"{DOMAIN}/places.py", "if self.province is not None and not", "if False and not", STATED),
    (f"{DOMAIN}/places.py", "    if code not in _countries():", "    if False:", STATED),
    (f"{DOMAIN}/grading.py", "if self.place is not None and not sat:", "if False:", STATED),
    (f"{DOMAIN}/grading.py", "if self.process is not None and self", "if False and self", STATED),
    (f"{DOMAIN}/grading.py", "    if len(stated) > 1:", "    if False:", STATED),
    (f"{DOMAIN}/course.py", "if course_kind is CourseKind.ON_SITE and", "if False and", STATED),
    (f"{DOMAIN}/course.py", "if self.course_kind is not None:", "if False:", STATED),
    (f"{DOMAIN}/values.py", "for name, value in found.items() if value is not None}", "for name, value in found.items()}", STATED),
    (f"{CONTRACTS}/courses.py", "    _require_members(call, command)\n", "", PLACES),
    (f"{CONTRACTS}/courses.py", "        category=command.category,\n", "", f"{UNIT}/contracts/test_stated_places.py"),
    (f"{CONTRACTS}/programmes.py", "        await _require_approved(", "        (lambda *_, **__: None)(", PROGRAMMES),
    (f"{CONTRACTS}/programmes.py", "if course.status is not CourseStatus.APPROVED:", "if False:", PROGRAMMES),
    (f"{DOMAIN}/qualification/programme.py", "if split_key(listed.course).owner != self.granted_by:", "if False:", PROGRAMMES),
    (f"{DOMAIN}/qualification/programme.py", "if name not in groups or", "if", PROGRAMMES),
    (f"{DOMAIN}/qualification/programme.py", '        _require_once("courses", "course", (one.course for one in self.courses or ()))\n', "", PROGRAMMES),
    (f"{DOMAIN}/recognition/claims.py", "claims.credits > (asked.above_credits or 0)", "False", CLAIMS),
    (f"{DOMAIN}/recognition/claims.py", "    if above or claims.below_grade:", "    if above:", CLAIMS),
    (f"{DOMAIN}/recognition/claims.py", "if (stated is not None) is not (recognises and wanted is not None):", "if False:", CLAIMS),
    (f"{CONTRACTS}/decisions.py", "    require_claims(computed, rule)\n", "", CLAIMS),
    (f"{DOMAIN}/recognition/claims.py", "    if rule.confirmation.always:\n        return True\n", "", REDEMPTION),
    (f"{DOMAIN}/recognition/claims.py", "and min(brings) > limit", "and False", REDEMPTION),
    (f"{DOMAIN}/recognition/claims.py", "limit is not None and bool(brings) and min(brings) > limit", "limit is not None", REDEMPTION),
    (f"{CONTRACTS}/reading.py", "    except RecordCorrupt:\n        return {}", "    except RecordCorrupt:\n        raise", f"{UNIT}/contracts/test_reading.py"),
    ("chaincode/ledger/certificate.py", 'if b"".join(pem.split()) != ', 'if False and b"".join(pem.split()) != ', f"{UNIT}/contracts/test_callers.py", "beside"),
    (f"{DOMAIN}/ruling.py", "(1 if ruling is RulingKind.LIFT else 2)", "1", RULINGS),
    (f"{DOMAIN}/ruling.py", "entry.authority == authority for entry", "True for entry", RULINGS),
    (f"{DOMAIN}/ruling.py", "share=max(2, MAX_RULINGS // authorities)", "share=MAX_RULINGS", RULINGS),
    (f"{DOMAIN}/ruling.py", "share=max(2, MAX_RULINGS // authorities)", "share=MAX_RULINGS // authorities", RULINGS),
    (f"{DOMAIN}/agreements/agreement.py", ">= PARTY_VERSIONS:", "> PARTY_VERSIONS:", VERSIONS),
    (f"{DOMAIN}/agreements/agreement.py", "not one.proposers.isdisjoint(parties)", "True", VERSIONS),
)  # fmt: skip
MUTATIONS = tuple(Mutation(*one) for one in BROKEN)
