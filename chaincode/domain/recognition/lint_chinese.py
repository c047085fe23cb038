"""What the linter's codes say in Chinese."""

# ruff: noqa: RUF001 - Chinese punctuation

from collections.abc import Mapping

from chaincode.domain.recognition.lint_codes import LintCode, Severity

LINT_CHINESE_SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "错误",
    Severity.WARNING: "警告",
    Severity.NOTICE: "提示",
}
LINT_CHINESE: Mapping[LintCode, str] = {
    LintCode.BAND_NEVER_PICKED: "授课学校没有任何成绩会换算到分段{band}",
    LintCode.BAND_WITHOUT_SHARE: "分段{band}的比例为零",
    LintCode.CATEGORY_IMPOSSIBLE: "{host}课程不能替代{home}课程",
    LintCode.CONFIRMATION_ALWAYS: (
        "换算{conversion}所含成绩均低于{grade}，或好坏方向相反，因此每次都须由工作人员确认"
    ),
    LintCode.CONFIRMATION_NEVER: "由于{because}，此项永远不会要求工作人员确认",
    LintCode.CONVERSION_UNUSED: "没有对应关系使用换算{conversion}",
    LintCode.COURSE_CHANGED: "课程内容与此处所列不同，其摘要为{digest}",
    LintCode.COURSE_NOT_APPROVED: "课程{course}尚未批准",
    LintCode.COURSE_UNKNOWN: "不存在课程{course}",
    LintCode.CREDITS_IMPOSSIBLE: (
        "授课学校课程共计{credits}学分，要求{required}学分，最大差额为{gap}"
    ),
    LintCode.DECIDER_WITHOUT_MAPPING: "没有对应关系涉及{decider}的课程",
    LintCode.DEMAND_EMPTY: "要求{kind}总能满足，没有作用",
    LintCode.DEMAND_NEVER_USED: "每个对应关系都有自己的要求{kind}",
    LintCode.DEMAND_REPEATED: "要求{kind}与规则总要求相同",
    LintCode.DEMAND_SHADOWED: "要求{kind}从不起作用：{by}至少同样严格",
    LintCode.ENTRY_NEVER_READ: "最低成绩为{grade}，此项所列成绩均达不到",
    LintCode.FIELD_DIFFERS: "换算{conversion}适用于学科{field}，课程学科为{course_field}",
    LintCode.FRAMEWORK_BROKEN: "框架规则“{title}”要求更严：{demand}",
    LintCode.GRADES_BETWEEN_ENTRIES: "{grade}一类成绩落在换算{conversion}的两项之间",
    LintCode.GRADES_WITHOUT_ENTRY: "换算{conversion}中没有成绩{first}至{last}的对应项",
    LintCode.CATEGORY_DIFFERS: "规则称该课程为{category}，课程记录为{course_category}",
    LintCode.HOME_CREDITS_DIFFER: "本校课程为{course_credits}学分，认定为{credits}学分",
    LintCode.HOME_SHARE_WHOLE: "整个学位须在本校修读，{hosts}的学分均不能计入",
    LintCode.MAPPING_NEVER_CHOSEN: "对应关系{mapping}永远不会被选用：{by}总在其前",
    LintCode.MINIMUM_OUTSIDE_ENTRIES: "换算{conversion}中没有最低成绩{grade}及更好成绩的对应项",
    LintCode.MINIMUM_OUTSIDE_SCALE: "最低成绩{grade}超出课程的评分范围",
    LintCode.PART_EXCEEDS_COURSE: "课程为{course_credits}学分，此处取{credits}学分",
    LintCode.PARTS_UNUSED: "允许部分学分计入，但没有对应关系取部分学分",
    LintCode.QUALITY_IMPOSSIBLE: "要求{certified_by}份质量认证，能出具的只有：{certifiers}",
    LintCode.ROUNDING_LEAVES_BAND: "分段{band}取整后记为{grade}，超出该分段",
    LintCode.SCALE_DIRECTION: "{conversion}的成绩好坏方向相反",
    LintCode.SCORE_UNREACHABLE: "要求{score}分，最好成绩只能得到{most}分",
    LintCode.SHARE_CAP_ZERO: "此类课程一律不能计入：{of}",
    LintCode.VALIDITY_PAST: (
        "课程于{closes}结束：此前授予的学分到规则生效日{first}已超过{years}年"
    ),
    LintCode.VALIDITY_SHORTER_THAN_WINDOW: (
        "课程开放{days}天：课程结束之前，学分可能已超过{years}年"
    ),
}
LINT_CHINESE_KINDS: Mapping[str, str] = {
    "minimum-grade": "最低成绩",
    "credit-gap": "学分差额",
    "category": "课程类别",
    "class-hours": "学时",
    "credit-ratio": "学分比例",
    "validity": "有效期",
    "examination": "考试",
    "quality": "质量认证",
    "process": "学习过程",
    "share-cap": "比例上限",
    "home-share": "本校比例",
    "minimum-score": "最低分数",
    "confirmation": "人工确认",
    "partial-redemption": "部分学分",
}
"""Kinds of demands, where a sentence names one."""
