"""Demands in words, for who reads a rule and not a decision."""

# ruff: noqa: RUF001 - Chinese punctuation

from collections.abc import Iterator, Mapping
from enum import StrEnum

from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.demands import (
    AtMember,
    CategoryDemand,
    ClassHoursDemand,
    CourseDemand,
    CreditGap,
    CreditRatio,
    ExaminationDemand,
    HomeShare,
    MinimumGrade,
    MinimumScore,
    OfCourseKind,
    OfHost,
    Place,
    ProcessDemand,
    QualityDemand,
    ShareCap,
    TotalDemand,
    ValidityDemand,
)
from chaincode.domain.recognition.sentences import Language, quoted
from chaincode.domain.recognition.verdict import Quoted


class _Part(StrEnum):
    """What a demand can ask for, one sentence each."""

    MINIMUM_GRADE = "minimum-grade"
    CREDIT_GAP_OVER = "credit-gap-over"
    CREDIT_GAP = "credit-gap"
    SAME_CATEGORY = "same-category"
    CATEGORY = "category"
    CLASS_HOURS = "class-hours"
    CREDIT_RATIO = "credit-ratio"
    VALIDITY = "validity"
    PLACES = "places"
    PROCTORED = "proctored"
    SECOND_REVIEW = "second-review"
    QUALITY = "quality"
    QUALITY_BY = "quality-by"
    WATCHED_SHARE = "watched-share"
    BAR = "bar"
    CONFIRM = "confirm"
    SHOW = "show"
    SHARE_CAP = "share-cap"
    HOME_SHARE = "home-share"
    SCORE = "score"
    TOTAL_SCORE = "total-score"
    NOTHING = "nothing"


_ENGLISH: Mapping[_Part, str] = {
    _Part.MINIMUM_GRADE: "Each host course was passed with {grade} or better.",
    _Part.CREDIT_GAP_OVER: "The host's credits exceed the home courses' by at most {gap}.",
    _Part.CREDIT_GAP: "The host's credits differ from the home courses' by at most {gap}.",
    _Part.SAME_CATEGORY: "Compulsory replaces compulsory, elective replaces elective.",
    _Part.CATEGORY: "A compulsory course may replace an elective one, not the reverse.",
    _Part.CLASS_HOURS: "{hours} class hours are counted as one credit.",
    _Part.CREDIT_RATIO: "{host} credits of the host are {home} at home.",
    _Part.VALIDITY: "The award lies at most {years} years back.",
    _Part.PLACES: "The examination was sat at one of: {places}.",
    _Part.PROCTORED: "The examination was proctored.",
    _Part.SECOND_REVIEW: "The examination was reviewed on a second level.",
    _Part.QUALITY: "{number} other members certify the course.",
    _Part.QUALITY_BY: "{number} of these certify the course: {certifiers}.",
    _Part.WATCHED_SHARE: "At least {share} % of the videos were watched.",
    _Part.BAR: "These flags of the learning process bar: {flags}.",
    _Part.CONFIRM: "At these flags of the learning process a person confirms: {flags}.",
    _Part.SHOW: "These flags of the learning process are shown: {flags}.",
    _Part.SHARE_CAP: "At most {share} % of the {unit} of a {within} are of: {of}.",
    _Part.HOME_SHARE: "At least {share} % of the degree's credits are the university's own.",
    _Part.SCORE: "The score in {subject} is at least {score}.",
    _Part.TOTAL_SCORE: "All scores together are at least {score}.",
    _Part.NOTHING: "Nothing is demanded.",
}
_CHINESE: Mapping[_Part, str] = {
    _Part.MINIMUM_GRADE: "每门授课学校课程成绩须达到{grade}或更好。",
    _Part.CREDIT_GAP_OVER: "授课学校学分可多于本校课程，最多多{gap}学分。",
    _Part.CREDIT_GAP: "授课学校学分与本校课程相差最多{gap}学分。",
    _Part.SAME_CATEGORY: "必修替代必修，选修替代选修。",
    _Part.CATEGORY: "必修可替代选修，反之不可。",
    _Part.CLASS_HOURS: "{hours}学时折合1学分。",
    _Part.CREDIT_RATIO: "授课学校{host}学分折合本校{home}学分。",
    _Part.VALIDITY: "学分授予不得超过{years}年。",
    _Part.PLACES: "考试须在以下地点之一进行：{places}。",
    _Part.PROCTORED: "考试须有监考。",
    _Part.SECOND_REVIEW: "考试须经二级复核。",
    _Part.QUALITY: "课程须经{number}个其他成员认证。",
    _Part.QUALITY_BY: "课程须经下列成员中的{number}个认证：{certifiers}。",
    _Part.WATCHED_SHARE: "视频须观看至少{share}%。",
    _Part.BAR: "学习过程出现下列标记则不予认定：{flags}。",
    _Part.CONFIRM: "学习过程出现下列标记须由工作人员确认：{flags}。",
    _Part.SHOW: "学习过程的下列标记仅供参考：{flags}。",
    _Part.SHARE_CAP: "{within}的{unit}中，{of}最多占{share}%。",
    _Part.HOME_SHARE: "学位学分中至少{share}%须在本校取得。",
    _Part.SCORE: "{subject}分数须达到{score}。",
    _Part.TOTAL_SCORE: "各科总分须达到{score}。",
    _Part.NOTHING: "没有要求。",
}
_TEXTS = {Language.ENGLISH: _ENGLISH, Language.CHINESE: _CHINESE}


def demand_sentences(demand: CourseDemand | TotalDemand, language: Language) -> tuple[str, ...]:
    """What a demand asks for, a sentence for each of its parts."""
    texts = _TEXTS[language]
    parts = list(_parts(demand)) or [(_Part.NOTHING, {})]
    return tuple(texts[part].format_map(quoted(values, language)) for part, values in parts)


def _parts(demand: CourseDemand | TotalDemand) -> Iterator[tuple[_Part, Quoted]]:
    match demand:
        case ExaminationDemand():
            yield from _examination(demand)
        case ProcessDemand():
            yield from _process(demand)
        case ShareCap() | HomeShare() | MinimumScore():
            yield _total(demand)
        case _:
            yield _single(demand)


def _single(demand: CourseDemand) -> tuple[_Part, Quoted]:  # noqa: PLR0911 - one answer for each demand
    match demand:
        case MinimumGrade():
            return _Part.MINIMUM_GRADE, {"grade": format_hundredths(demand.grade)}
        case CreditGap():
            part = _Part.CREDIT_GAP_OVER if demand.more_for_less else _Part.CREDIT_GAP
            return part, {"gap": format_hundredths(demand.largest_gap)}
        case CategoryDemand():
            return _Part.CATEGORY if demand.elective_by_compulsory else _Part.SAME_CATEGORY, {}
        case ClassHoursDemand():
            return _Part.CLASS_HOURS, {"hours": demand.hours_per_credit}
        case CreditRatio():
            host, home = format_hundredths(demand.host), format_hundredths(demand.home)
            return _Part.CREDIT_RATIO, {"host": host, "home": home}
        case ValidityDemand():
            return _Part.VALIDITY, {"years": demand.years}
        case QualityDemand():
            number: Quoted = {"number": demand.certified_by}
            if demand.certifiers is None:
                return _Part.QUALITY, number
            return _Part.QUALITY_BY, number | {"certifiers": demand.certifiers}
        case _:
            return _Part.NOTHING, {}


def _total(demand: TotalDemand) -> tuple[_Part, Quoted]:
    match demand:
        case ShareCap():
            return _Part.SHARE_CAP, _share_cap(demand)
        case HomeShare():
            return _Part.HOME_SHARE, {"share": format_hundredths(demand.at_least)}
        case MinimumScore():
            score: Quoted = {"score": format_hundredths(demand.at_least)}
            if demand.subject is None:
                return _Part.TOTAL_SCORE, score
            return _Part.SCORE, score | {"subject": demand.subject}


def _share_cap(demand: ShareCap) -> Quoted:
    match demand.of:
        case OfCourseKind():
            of = demand.of.course_kind.value
        case OfHost():
            of = demand.of.host
        case _:
            of = demand.of.by
    return {
        "share": format_hundredths(demand.at_most),
        "unit": demand.unit.value,
        "within": demand.within.value,
        "of": of,
    }


def _examination(demand: ExaminationDemand) -> Iterator[tuple[_Part, Quoted]]:
    if demand.places:
        yield _Part.PLACES, {"places": tuple(map(_place, demand.places))}
    if demand.proctored:
        yield _Part.PROCTORED, {}
    if demand.second_review:
        yield _Part.SECOND_REVIEW, {}


def _place(place: Place) -> str:
    return place.kind if isinstance(place, AtMember) else f"{place.kind} {place.name}"


def _process(demand: ProcessDemand) -> Iterator[tuple[_Part, Quoted]]:
    if demand.watched_share is not None:
        yield _Part.WATCHED_SHARE, {"share": format_hundredths(demand.watched_share)}
    for part, flags in (
        (_Part.BAR, demand.bar),
        (_Part.CONFIRM, demand.confirm),
        (_Part.SHOW, demand.show),
    ):
        if flags:
            yield part, {"flags": tuple(flag.value for flag in flags)}
