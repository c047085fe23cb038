"""The closed list of what an explanation can say."""

from enum import StrEnum


class Finding(StrEnum):
    """What became of one demand."""

    FULFILLED = "fulfilled"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """A fact is missing: neither fulfilled nor failed."""
    CONFIRM = "confirm"
    """A person must confirm."""
    SHOWN = "shown"
    """Said without effect on the outcome."""


class Missing(StrEnum):
    """What is not known where a cap could not be checked: for sentences, and in no explanation."""

    TERM = "term"
    OF_TERM = "of-term"
    OF_DEGREE = "of-degree"
    OF_HOME_SHARE = "of-home-share"


class Code(StrEnum):
    """What a node of an explanation is about."""

    DECISION = "decision"
    RULE_IN_FORCE = "rule-in-force"
    DECIDER = "decider"
    NO_MAPPING = "no-mapping"
    MAPPING = "mapping"
    HOST_COURSE = "host-course"
    COURSE_AS_AGREED = "course-as-agreed"
    STANDING = "standing"
    CREDIT_FREE = "credit-free"
    HOME_COURSE_IN_PROGRAMME = "home-course-in-programme"
    HOME_COURSE_FREE = "home-course-free"
    MINIMUM_GRADE = "minimum-grade"
    VALIDITY = "validity"
    CATEGORY = "category"
    CLASS_HOURS = "class-hours"
    CREDIT_RATIO = "credit-ratio"
    CREDIT_GAP = "credit-gap"
    CREDITS_COVERED = "credits-covered"
    EXAMINATION_PLACE = "examination-place"
    EXAMINATION_PROCTORED = "examination-proctored"
    EXAMINATION_REVIEWED = "examination-reviewed"
    QUALITY = "quality"
    WATCHED_SHARE = "watched-share"
    PROCESS_FLAG = "process-flag"
    PASSED_ONLY = "passed-only"
    GRADE_CONVERTED = "grade-converted"
    GRADE_COMBINED = "grade-combined"
    SHARE_CAP = "share-cap"
    HOME_SHARE = "home-share"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not-chosen"
    CHOICE_UNFINISHED = "choice-unfinished"
    CHOICE_UNKNOWN = "choice-unknown"
    MINIMUM_SCORE = "minimum-score"
    WANTED_COURSE = "wanted-course"
    CONFIRM_ALWAYS = "confirm-always"
    CONFIRM_BELOW_GRADE = "confirm-below-grade"
    CONFIRM_ABOVE_CREDITS = "confirm-above-credits"
