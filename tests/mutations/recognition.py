"""Lines of the evaluator.

The golden decisions are left out: they notice any change, these tests must notice a wrong one.
"""

# ruff: noqa: E501 - a table

from tests.mutations.runner import UNIT, Mutation

FOLDER = "chaincode/domain/recognition"
TESTS = " ".join(
    f"{UNIT}/domain/recognition/test_{name}.py"
    for name in (
        "combinations",
        "converting",
        "demands",
        "frameworks",
        "rule_documents",
        "shares",
        "time",
        "worked_examples",
    )
)
BROKEN = (
    ("amounts", r're.compile(r"(0|[1-9][0-9]{0,3})\.([0-9]{2})")', r're.compile(r"([0-9]{1,4})\.([0-9]{2})")'),
    ("amounts", "if not lowest <= amount <= highest:", "if not 0 <= amount <= highest:"),
    ("candidates", "if stop and node.finding is Finding.FAILED:", "if stop and node.finding is not Finding.FULFILLED:"),
    ("caps", "None if left is None else amount <= left,", "None if left is None else amount <= left + amount,"),
    ("caps", "if any(host.host != case.facts.decider for host in entry.hosts)", "if entry.hosts"),
    ("caps", "None if left is None else load.credits <= left,", "left is None or load.credits <= left,"),
    ("case", "if (wanted is None or all(item.course in wanted for item in mapping.home))", "if True"),
    ("case", "            found = Finding.UNKNOWN\n", "            found = Finding.FULFILLED\n"),
    ("case", "return own[0] if own else self._demands.get(kind)", "return self._demands.get(kind)"),
    ("case", "    if False in answers:\n        return False\n    return None if", "    return None if"),
    ("choice", "left.get(thing, amount) >= amount", "left.get(thing, amount) > 0"),
    ("choice", "if amount > capacity[thing]}", "if amount > 2 * capacity[thing]}"),
    ("choice", "if value > best_value:", "if value < best_value or best_value < 0:"),
    ("choice", "                self.finished = False\n", ""),
    ("conclusions", "if rivals and candidate.credits > sum(", "if rivals and candidate.credits < sum("),
    ("conclusions", "above = total > confirmation.above_credits", "above = total >= confirmation.above_credits"),
    ("conclusions", "Finding.FULFILLED if total >= demand.at_least else finding", "Finding.FULFILLED if total > demand.at_least else finding"),
    ("conclusions", "finding = Finding.UNKNOWN if open_ones else Finding.FAILED", "finding = Finding.FAILED"),
    ("conversions", "if abs(total - _WHOLE) > _TOLERANCE:", "if abs(total - _WHOLE) > 2 * _TOLERANCE:"),
    ("conversions", "if above.lowest - below.highest != step:", "if above.lowest - below.highest < step:"),
    ("conversions", "if table.graded < self.fewest_graded:", "if table.graded < 0:"),
    ("converting", "middle <= 2 * high", "middle < 2 * high"),
    ("converting", "if overlap > 0]", "if overlap >= 0]"),
    ("converting", "key=lambda place: (overlaps[place], -place)", "key=lambda place: (overlaps[place], place)"),
    ("converting", "ends = host_ends[place] * home_ends[-1]", "ends = host_ends[place] * 10_000"),
    ("converting", "if not lowest <= mark <= highest:", "if mark < lowest - 1_000:"),
    ("converting", 'highest = (how.grade == "best") == (better is Better.HIGHER)', 'highest = how.grade == "best"'),
    ("converting", "sum(grade.mark * grade.credits for grade in grades)", "sum(grade.mark * weight for grade in grades) // len(grades)"),
    ("counted", "if term in self._terms_open or any(", "if any("),
    ("counted", "            self._degree_open = True\n", "            pass\n"),
    ("course_checks", "if scale is None or mark is None or scale.better is not better:", "if scale is None or mark is None:"),
    ("course_checks", "if not scale.lowest <= grade <= scale.highest:", "if False:"),
    ("course_checks", "return mark >= grade if better is Better.HIGHER else mark <= grade", "return mark > grade if better is Better.HIGHER else mark <= grade"),
    ("course_checks", "awarded <= case.on <= last", "case.on <= last"),
    ("course_checks", "set(credit.certified_by) - {credit.host}", "set(credit.certified_by)"),
    ("course_checks", "None if share is None else share >= demand.watched_share", "share is None or share >= demand.watched_share"),
    ("course_checks", "facts is not None and facts.thresholds == demand.limits.thresholds", "facts is not None"),
    ("credit_checks", "standing is Standing.AWARDED", "standing is not Standing.REVOKED"),
    ("credit_checks", "in joint - {mine})", "in joint)"),
    ("credit_checks", "None if amount is None or left is None else amount <= left", "left is None or amount is None or amount <= left"),
    ("credit_checks", "None if counted is None else not before", "not before"),
    ("credit_sums", "abs(above) <= demand.largest_gap", "above <= demand.largest_gap"),
    ("credit_sums", "(above >= 0 or not demand.more_for_less)", "(above >= 0 or demand.more_for_less)"),
    ("credit_sums", "amount * ratio.home // ratio.host", "-(-amount * ratio.home // ratio.host)"),
    ("credit_sums", "host is Category.COMPULSORY and", "host is Category.ELECTIVE and"),
    ("evaluate", "    if worst(gates) is Finding.FAILED:\n", "    if gates[0].finding is Finding.FAILED:\n"),
    ("frameworks", "own.better is demand.better and ", ""),
    ("frameworks", "framework.valid.overlaps(content.valid)", "framework.valid.holds(content.valid.first)"),
    ("grade_checks", "Finding.FULFILLED if all(answers) else Finding.CONFIRM", "Finding.CONFIRM if False in answers else Finding.FULFILLED"),
    ("grade_checks", "credit.scale.better is not host_better(conversion) or ", ""),
    ("references", "if host.credits is not None and not rule.partial_redemption:", "if False:"),
    ("rounding", "Rounding.HALF_UP: 2 * rest >= denominator", "Rounding.HALF_UP: 2 * rest > denominator"),
    ("selection", "grade = -grade if better is Better.LOWER else grade", "grade = -grade"),
    ("selection", "unconfirmed = weight if candidate.finding is Finding.FULFILLED else 0", "unconfirmed = 0"),
    ("share_caps", "None if host.course_kind is None else host.course_kind.value == subject", "host.course_kind is not None and host.course_kind.value == subject"),
)  # fmt: skip
MUTATIONS = tuple(Mutation(f"{FOLDER}/{name}.py", old, new, TESTS) for name, old, new in BROKEN)
