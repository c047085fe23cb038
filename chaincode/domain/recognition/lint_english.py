"""What the linter's codes say in English."""

from collections.abc import Mapping

from chaincode.domain.recognition.lint_codes import LintCode, Severity

LINT_ENGLISH_SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.NOTICE: "Notice",
}
LINT_ENGLISH: Mapping[LintCode, str] = {
    LintCode.BAND_NEVER_PICKED: "no grade of the host becomes one of the band {band}",
    LintCode.BAND_WITHOUT_SHARE: "the band {band} has a share of nothing",
    LintCode.CATEGORY_IMPOSSIBLE: "a course that is {host} never replaces one that is {home}",
    LintCode.CONFIRMATION_ALWAYS: (
        "every grade that {conversion} takes lies below {grade}, or is read the other way round: "
        "a person confirms each time"
    ),
    LintCode.CONFIRMATION_NEVER: "this never asks for a person, because of {because}",
    LintCode.CONVERSION_UNUSED: "no mapping uses the conversion {conversion}",
    LintCode.COURSE_CHANGED: (
        "the course has another content than the one named here: its digest is {digest}"
    ),
    LintCode.COURSE_NOT_APPROVED: "the course {course} is not approved",
    LintCode.COURSE_UNKNOWN: "there is no course {course}",
    LintCode.CREDITS_IMPOSSIBLE: (
        "the host's courses bring {credits} credits, {required} are required, "
        "and the largest gap is {gap}"
    ),
    LintCode.DECIDER_WITHOUT_MAPPING: "no mapping has a home course of {decider}",
    LintCode.DEMAND_EMPTY: "the demand {kind} is fulfilled by everything",
    LintCode.DEMAND_NEVER_USED: "every mapping has a demand {kind} of its own",
    LintCode.DEMAND_REPEATED: "the demand {kind} is the rule's own already",
    LintCode.DEMAND_SHADOWED: (
        "the demand {kind} never decides: {by} is at least as strict wherever it is judged"
    ),
    LintCode.ENTRY_NEVER_READ: "the minimum grade {grade} lets no grade of this entry through",
    LintCode.FIELD_DIFFERS: (
        "the conversion {conversion} is for the field {field}, the course's is {course_field}"
    ),
    LintCode.FRAMEWORK_BROKEN: "the framework {title} asks for more: {demand}",
    LintCode.GRADES_BETWEEN_ENTRIES: (
        "grades such as {grade} lie between two entries of the conversion {conversion}"
    ),
    LintCode.GRADES_WITHOUT_ENTRY: (
        "the conversion {conversion} has no entry for the grades {first} to {last}"
    ),
    LintCode.CATEGORY_DIFFERS: (
        "The rule says that the course is {category}, its record {course_category}: "
        "under a framework with a category demand it is refused"
    ),
    LintCode.HOME_CREDITS_DIFFER: (
        "{credits} credits are recognised for a home course of {course_credits}"
    ),
    LintCode.HOME_SHARE_WHOLE: (
        "the whole degree is the decider's own, and nothing of {hosts} counts"
    ),
    LintCode.MAPPING_NEVER_CHOSEN: "the mapping {mapping} is never chosen: {by} goes before it",
    LintCode.MINIMUM_OUTSIDE_ENTRIES: (
        "the conversion {conversion} has no entry for the minimum grade {grade} or a better one"
    ),
    LintCode.MINIMUM_OUTSIDE_SCALE: "the minimum grade {grade} lies outside the course's scale",
    LintCode.PART_EXCEEDS_COURSE: "{credits} credits are taken of a course of {course_credits}",
    LintCode.PARTS_UNUSED: "parts of credits may count, and no mapping takes a part",
    LintCode.QUALITY_IMPOSSIBLE: (
        "{certified_by} certificates are demanded, and these can give one: {certifiers}"
    ),
    LintCode.ROUNDING_LEAVES_BAND: "rounding enters {grade} for the band {band}, outside of it",
    LintCode.SCALE_DIRECTION: "{conversion} takes the other end of the scale for the good one",
    LintCode.SCORE_UNREACHABLE: "a score of {score} is demanded, and the best grades make {most}",
    LintCode.SHARE_CAP_ZERO: "nothing of this kind counts: {of}",
    LintCode.VALIDITY_PAST: (
        "the course closed on {closes}: what was awarded by then is older than {years} years when "
        "the rule begins on {first}"
    ),
    LintCode.VALIDITY_SHORTER_THAN_WINDOW: (
        "the course is open for {days} days: a credit may be older than {years} years before it "
        "closes"
    ),
}
