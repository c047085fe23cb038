"""What each code says in Chinese: what is demanded, and what was found."""

# ruff: noqa: RUF001 - Chinese punctuation

from collections.abc import Mapping

from chaincode.domain.recognition.codes import Code, Finding, Missing

CHINESE_FINDINGS: Mapping[Finding, str] = {
    Finding.FULFILLED: "符合",
    Finding.FAILED: "不符合",
    Finding.UNKNOWN: "无法核查",
    Finding.CONFIRM: "须由工作人员确认",
    Finding.SHOWN: "仅供参考",
}
CHINESE_WORDS: Mapping[str, str] = {
    "yes": "是",
    "no": "否",
    "none": "无",
    "open": "不限",
    "unknown": "未知",
    "member": "成员单位",
    "online": "线上课程",
    "blended": "混合式课程",
    "on-site": "线下课程",
    "each-host": "每所授课学校",
    "courses": "课程门数",
    "credits": "学分",
    "term": "一学期",
    "degree": "整个学位",
    "compulsory": "必修",
    "elective": "选修",
    "not-awarded": "未授予",
    "awarded": "已授予",
    "suspended": "已暂停",
    "revoked": "已撤销",
    "weighted-mean": "按学分加权平均",
    "worst": "取最低",
    "best": "取最高",
    "pass-only": "只计通过",
    "convert-then-combine": "先换算后合并",
    "combine-then-convert": "先合并后换算",
    "pace": "播放过快",
    "parallel": "同时登录",
    "autoplay": "自动连播",
    "burst": "短时大量测验",
}
CHINESE_MISSING: Mapping[Missing, str] = {
    Missing.TERM: "不知该课程计入哪一学期",
    Missing.OF_TERM: "以下至少一项未知：该学期全部所修、该课程的类型、此前已计课程的类型与学期",
    Missing.OF_DEGREE: "以下至少一项未知：整个学位的规模、该课程的类型、此前已计课程及其类型",
    Missing.OF_HOME_SHARE: "以下至少一项未知：整个学位的学分、此前已计学分",
}
CHINESE: Mapping[Code, tuple[str, str]] = {
    Code.DECISION: ("规则总体", ""),
    Code.RULE_IN_FORCE: ("规则自{first}起至{last}有效", "所判日期为{on}"),
    Code.DECIDER: ("有权按本规则认定的单位：{deciders}", "认定单位为{decider}"),
    Code.NO_MAPPING: ("规则中有涉及所修课程的对应关系", ""),
    Code.MAPPING: ("该对应关系总体", ""),
    Code.HOST_COURSE: ("已有该授课学校课程的学分", ""),
    Code.COURSE_AS_AGREED: ("课程内容与约定一致", "现为{digest}"),
    Code.STANDING: ("学分有效", "状态为{standing}"),
    Code.CREDIT_FREE: ("所用学分此前未被使用", "用{used}学分，可用{free}学分"),
    Code.HOME_COURSE_IN_PROGRAMME: ("本校课程属于该培养方案", ""),
    Code.HOME_COURSE_FREE: ("本校课程此前未被替代", ""),
    Code.MINIMUM_GRADE: ("成绩须达到{least}或更好", "成绩为{grade}"),
    Code.VALIDITY: (
        "授予之日距{on}不超过{years}年",
        "授予于{awarded_on}，有效期至{last_day}（含）",
    ),
    Code.CATEGORY: (
        "本校课程为{home}，允许以必修替代选修：{elective_by_compulsory}",
        "在授课学校为{host}",
    ),
    Code.CLASS_HOURS: ("每{hours_per_credit}学时计1学分", "{class_hours}学时计{credits}学分"),
    Code.CREDIT_RATIO: ("授课学校{host}学分折合本校{home}学分", "{awarded}学分折合{credits}学分"),
    Code.CREDIT_GAP: (
        "须有{required}学分，差距不超过{largest_gap}，不得少于：{more_for_less}",
        "授课学校为{credits}学分",
    ),
    Code.CREDITS_COVERED: ("须有{required}学分", "授课学校为{credits}学分"),
    Code.EXAMINATION_PLACE: ("考试地点须为：{places}", "实际地点：{sat_at}"),
    Code.EXAMINATION_PROCTORED: ("考试有人监考", ""),
    Code.EXAMINATION_REVIEWED: ("考试成绩经过二级复核", ""),
    Code.QUALITY: ("须有{certified_by}个其他成员认证该课程", "认证成员：{certifiers}"),
    Code.WATCHED_SHARE: ("视频须观看{least}%", "已观看{share}%"),
    Code.PROCESS_FLAG: ("学习过程没有“{flag}”标记", "有此标记：{raised}"),
    Code.PASSED_ONLY: ("课程只计通过，不计成绩", ""),
    Code.GRADE_CONVERTED: ("成绩按{conversion}换算", "授课学校成绩{host}换算为{grade}"),
    Code.GRADE_COMBINED: (
        "成绩按{conversion}换算并合并：{combine}，{order}",
        "授课学校成绩{host}合并为{grade}",
    ),
    Code.SHARE_CAP: (
        "{within}中{of}所占{unit}不超过{share}%",
        "上限为{limit}，此前已计{counted}，本次增加{added}",
    ),
    Code.HOME_SHARE: (
        "学位学分中本校学分不少于{share}%",
        "外校学分上限为{limit}，此前已计{counted}，本次增加{added}",
    ),
    Code.CHOSEN: ("该对应关系属于最优选择", ""),
    Code.NOT_CHOSEN: ("该对应关系属于最优选择", "已选：{instead}"),
    Code.CHOICE_UNFINISHED: ("可能的选择过多，未能全部比较", ""),
    Code.CHOICE_UNKNOWN: ("无法核查的对应关系可能得到更多学分", "已选：{instead}"),
    Code.MINIMUM_SCORE: ("分数须达到{least}", "分数为{score}"),
    Code.WANTED_COURSE: ("所申请的本校课程得到替代", ""),
    Code.CONFIRM_ALWAYS: ("规则要求每次由工作人员确认", ""),
    Code.CONFIRM_BELOW_GRADE: ("成绩低于{grade}须由工作人员确认", "成绩为{grades}"),
    Code.CONFIRM_ABOVE_CREDITS: ("超过{limit}学分须由工作人员确认", "认定{credits}学分"),
}
