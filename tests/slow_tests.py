"""Which parameters of a test are run always, and which by ``python -m pytest -m slow`` alone."""

import pytest


def slow_unless(always, values):
    """Values for ``pytest.mark.parametrize``, all of them: those that are not always run are marked slow."""
    return [value if always(value) else pytest.param(*_together(value), marks=pytest.mark.slow) for value in values]


def _together(value):
    return value if isinstance(value, tuple) else (value,)
