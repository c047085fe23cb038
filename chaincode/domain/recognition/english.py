"""What each code says in English: what is demanded, and what was found."""

from collections.abc import Mapping

from chaincode.domain.recognition.codes import Code, Finding, Missing

ENGLISH_FINDINGS: Mapping[Finding, str] = {
    Finding.FULFILLED: "fulfilled",
    Finding.FAILED: "not fulfilled",
    Finding.UNKNOWN: "could not be checked",
    Finding.CONFIRM: "a person must confirm",
    Finding.SHOWN: "shown only",
}
ENGLISH_WORDS: Mapping[str, str] = {
    "yes": "yes",
    "no": "no",
    "none": "none",
    "open": "open",
    "each-host": "each host",
    "on-site": "on site",
    "not-awarded": "not awarded",
    "weighted-mean": "mean weighted by credits",
    "convert-then-combine": "converted, then combined",
    "combine-then-convert": "combined, then converted",
}
ENGLISH_MISSING: Mapping[Missing, str] = {
    Missing.TERM: "it is not known in which term the course is counted",
    Missing.OF_TERM: (
        "one of these is not known: all that is taken in the term, the kind of the course, "
        "the kind and the term of what was counted before"
    ),
    Missing.OF_DEGREE: (
        "one of these is not known: the size of the degree, the kind of the course, "
        "what was counted before and its kind"
    ),
    Missing.OF_HOME_SHARE: (
        "one of these is not known: the credits of the degree, what was counted before"
    ),
}
ENGLISH: Mapping[Code, tuple[str, str]] = {
    Code.DECISION: ("The rule as a whole", ""),
    Code.RULE_IN_FORCE: ("The rule is in force from {first}, last day: {last}", "the day is {on}"),
    Code.DECIDER: ("Who decides by the rule: {deciders}", "the decider is {decider}"),
    Code.NO_MAPPING: ("A mapping of the rule is about one of the courses", ""),
    Code.MAPPING: ("The mapping as a whole", ""),
    Code.HOST_COURSE: ("A credit for the host's course is there", ""),
    Code.COURSE_AS_AGREED: ("The course has the content that was agreed", "it has {digest}"),
    Code.STANDING: ("The credit stands", "it is {standing}"),
    Code.CREDIT_FREE: (
        "What is used of the credit is not redeemed yet",
        "{used} used, {free} free",
    ),
    Code.HOME_COURSE_IN_PROGRAMME: ("The home course belongs to the programme", ""),
    Code.HOME_COURSE_FREE: ("The home course was not replaced before", ""),
    Code.MINIMUM_GRADE: ("A grade of {least} or better is demanded", "the grade is {grade}"),
    Code.VALIDITY: (
        "The award lies at most {years} years before {on}",
        "awarded on {awarded_on}, it is valid through {last_day}",
    ),
    Code.CATEGORY: (
        "The home course is {home}; compulsory may replace elective: {elective_by_compulsory}",
        "at the host it is {host}",
    ),
    Code.CLASS_HOURS: (
        "{hours_per_credit} class hours are counted as one credit",
        "{class_hours} class hours make {credits} credits",
    ),
    Code.CREDIT_RATIO: (
        "{host} credits of the host are {home} at home",
        "{awarded} make {credits} credits",
    ),
    Code.CREDIT_GAP: (
        "{required} credits are demanded; gap at most {largest_gap}; never less: {more_for_less}",
        "the host brings {credits}",
    ),
    Code.CREDITS_COVERED: ("{required} credits are demanded", "the host brings {credits}"),
    Code.EXAMINATION_PLACE: ("The examination was sat at: {places}", "it was sat at: {sat_at}"),
    Code.EXAMINATION_PROCTORED: ("The examination was proctored", ""),
    Code.EXAMINATION_REVIEWED: ("The examination was reviewed on a second level", ""),
    Code.QUALITY: (
        "{certified_by} other members certify the course",
        "who certifies it: {certifiers}",
    ),
    Code.WATCHED_SHARE: ("{least} % of the videos were watched", "{share} % were watched"),
    Code.PROCESS_FLAG: ("The learning process is free of the flag {flag}", "raised: {raised}"),
    Code.PASSED_ONLY: ("The course is recognised without a grade", ""),
    Code.GRADE_CONVERTED: (
        "The grade is converted by {conversion}",
        "{host} at the host becomes {grade}",
    ),
    Code.GRADE_COMBINED: (
        "The grades are converted by {conversion} and combined by {combine} ({order})",
        "{host} at the host become {grade}",
    ),
    Code.SHARE_CAP: (
        "At most {share} % of the {unit} of a {within} may be of: {of}",
        "the cap is {limit}, counted before {counted}, added {added}",
    ),
    Code.HOME_SHARE: (
        "At least {share} % of the degree's credits are the university's own",
        "others may bring {limit}, counted before {counted}, added {added}",
    ),
    Code.CHOSEN: ("The mapping belongs to the best choice", ""),
    Code.NOT_CHOSEN: ("The mapping belongs to the best choice", "chosen instead: {instead}"),
    Code.CHOICE_UNFINISHED: ("There were too many choices to compare them all", ""),
    Code.CHOICE_UNKNOWN: (
        "A mapping that could not be checked might bring more",
        "chosen instead: {instead}",
    ),
    Code.MINIMUM_SCORE: ("A score of {least} is demanded", "the score is {score}"),
    Code.WANTED_COURSE: ("The wanted home course is replaced", ""),
    Code.CONFIRM_ALWAYS: ("The rule asks for a person each time", ""),
    Code.CONFIRM_BELOW_GRADE: (
        "The rule asks for a person below {grade}",
        "the grades are {grades}",
    ),
    Code.CONFIRM_ABOVE_CREDITS: (
        "The rule asks for a person above {limit} credits",
        "{credits} are recognised",
    ),
}
