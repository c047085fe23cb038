"""How many examples Hypothesis tries: few while one works, six times as many in `make thorough`."""

from hypothesis import HealthCheck, settings

USUAL, THOROUGH = "usual", "thorough"
_TIMES = 6
_DEFAULT = 50


def register_profiles() -> None:
    """Make both profiles known, and the usual one current; `--hypothesis-profile` comes later."""
    # How long an example takes is the machine's business and no property.
    steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile(USUAL, steady, max_examples=_DEFAULT)
    settings.register_profile(THOROUGH, steady, max_examples=_TIMES * _DEFAULT)
    settings.load_profile(USUAL)


def examples(usual: int) -> int:
    """A test's own number of examples in the current profile, for `max_examples`."""
    return _TIMES * usual if settings.get_current_profile_name() == THOROUGH else usual
