"""New syntax is named on the Python that can read it, and on one that cannot."""

import sys

import pytest

from assignment.checks.loading import syntax
from assignment.checks.loading.source import SourceError, parse

NEW = {
    "type Vector = list[float]": (3, 12),
    "def f[T](x: T) -> T: return x": (3, 12),
    "d = {'a': 1}\nx = f'{d['a']}'": (3, 12),
    'x = f"{"".join([])}"': (3, 12),
    "x = f'{1 # one\n}'": (3, 12),
    "x = f'{chr(10).join([]) or \"\\n\"}'": (3, 12),
    "try:\n    x = 1\nexcept ValueError, TypeError:\n    x = 2": (3, 14),
    "x = t'{1}'": (3, 14),
}
OLD = (
    "x = f\"{'a'}\" + f'{1:>{2}}' + f'''{\n1}'''",
    "try:\n    x = 1\nexcept (ValueError, TypeError):\n    x = 2",
    "type = 1\nx = type == 2",
    "x = 'a' 'b' f'{1}\\n'",
)


@pytest.mark.parametrize("source", NEW)
def test_new_syntax_is_named(source: str) -> None:
    """A Python without it says which syntax it may be; one with it says what an older lacks."""
    since = NEW[source]
    if sys.version_info[:2] < since:
        with pytest.raises(SourceError, match=rf"{syntax.NEWER} \(3\.{since[1]} or later\)"):
            parse(source, "nn.py")
    else:
        assert "cannot be read by the grader's Python 3.11." in syntax.too_new(source, (3, 11))
        assert syntax.too_new(source, since) == ""


@pytest.mark.parametrize("source", OLD)
def test_old_syntax_is_not(source: str) -> None:
    """What every Python reads brings no message."""
    parse(source, "nn.py")
    assert syntax.too_new(source, (3, 11)) == ""
