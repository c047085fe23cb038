"""Break one rule at a time: `python -m tests.mutations`, or only some: `... rules recognition`."""

import sys

from tests.mutations import after_award, credit, recognition, rules, stated
from tests.mutations.runner import main

SUBJECTS = {
    "credit": credit.MUTATIONS,
    "rules": rules.MUTATIONS,
    "recognition": recognition.MUTATIONS,
    "after-award": after_award.MUTATIONS,
    "stated": stated.MUTATIONS,
}

if __name__ == "__main__":
    names = sys.argv[1:] or list(SUBJECTS)
    if unknown := set(names) - SUBJECTS.keys():
        sys.exit(f"no such subject: {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    sys.exit(main([mutation for name in names for mutation in SUBJECTS[name]]))
