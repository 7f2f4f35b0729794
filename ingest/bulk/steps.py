"""The training step in the name of a checkpoint."""

from __future__ import annotations

import re

_NUMBER = r"(?<![A-Za-z0-9]){}[ _=-]*(\d+)(?![A-Za-z0-9])"
# The first that is found counts: in `epoch=3-step=1200.ckpt` the step is 1200.
_WORDS = ("(?:global[_-]?)?steps?", "iter(?:ation)?s?", "(?:checkpoint|ckpt)", "ep(?:och)?s?")
_FORMS = tuple(re.compile(_NUMBER.format(word), re.IGNORECASE) for word in _WORDS)


def step_in_name(name: str) -> int | None:
    """Read the training step in a file's name, or in those of its folders, if they tell one.

    Examples
    --------
    >>> step_in_name("step_1000.pt"), step_in_name("epoch=3-step=1200.ckpt"), step_in_name("mlp_2.pt")
    (1000, 1200, None)
    """
    numbers = next((found for form in _FORMS if (found := form.findall(name))), None)
    return None if numbers is None else int(numbers[-1])
