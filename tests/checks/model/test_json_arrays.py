"""The tagged JSON of key and local child: everything comes back as it was."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from assignment.checks.model import json_arrays as tagged

ARRAYS = hnp.arrays(
    st.sampled_from([np.float64, np.int64, np.bool_, np.complex128, np.float32]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0),
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), ARRAYS)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4), max_leaves=12)


def same(a: object, b: object) -> bool:
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        assert isinstance(b, np.ndarray)
        return (a.dtype == b.dtype and a.tobytes() == b.tobytes()) or np.array_equal(a, b, True)
    return type(a) is type(b) and (a == b or (a != a and b != b))


@settings(max_examples=50)
@given(VALUES)
def test_round_trip(value: object) -> None:
    """Numbers, text, arrays of every kind and NaN survive, through text that is plain JSON."""
    text = json.dumps(tagged.encode(value), allow_nan=False)
    assert same(value, tagged.decode(json.loads(text)))


@pytest.mark.parametrize("value", [object(), {1, 2}, np.array([object()]), np.array(["a"])])
def test_other_things_are_refused(value: object) -> None:
    """What is not data is a TypeError that names the type; no object or text array is read."""
    with pytest.raises(TypeError, match="cannot be written"):
        tagged.encode(value)
    with pytest.raises(ValueError, match="not allowed"):
        tagged.decode({"dtype": "object", "shape": [1], "data": [1]})
