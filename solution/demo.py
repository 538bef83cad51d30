"""A made-up class to try the grader with: ``make grade``.

It has right solutions in several styles, misconceptions, unfinished files, and files that cannot be
run. The names are invented.
"""

from inspect import getsource

from assignment import neural_network as stub
from solution import neural_network as reference
from solution.misconceptions import CATALOGUE, source_of
from solution.misconceptions.entry import text_of
from solution.variants import VARIANTS

_RIGHT = ("adaeze.o", "mikkel.j")
_VARIANTS = {
    "chen.wl": "matrix_form",
    "fatima.z": "lists_everywhere",
    "ingrid.b": "in_place",
    "kofi.a": "plots_and_prints",
    "noor.h": "row_vectors",
}
_MISTAKES = {
    "aleksi.v": ("sigmoid-overflow",),
    "beatriz.m": ("train-plus-eta",),
    "caoimhe.d": ("train-plus-eta",),
    "dmitri.s": ("error-summed",),
    "elif.y": ("error-half-the-formula",),
    "finn.r": ("hidden-slope-of-z",),
    "giulia.p": ("gradient-transposed",),
    "haruto.n": ("test-from-one",),
    "ines.c": ("ffnn-fixed-K",),
    "jorge.t": ("ffnn-bias-last",),
    "katla.g": ("train-label-as-target",),
    "lerato.k": ("train-gradient-not-reset",),
    "maryam.f": ("sigmoid-guard-half",),
    "nils.e": ("hidden-bias-row-kept",),
    "oluwaseun.b": ("d-sigmoid-exponential-nan",),
    "priya.r": ("test-unpacks-three",),
    "quentin.l": ("rate-accuracy",),
    "rosa.v": ("delta-sign",),
    "sione.t": ("train-in-place",),
    "tala.q": ("gradient-remembered",),
    "umar.i": ("delta-of-squared-error",),
    "valentina.d": ("ffnn-output-softmax", "train-gradient-summed"),
    "wei.z": ("perceptron-order", "error-log10", "test-nothing-returned"),
}

_LAST_LOOP = "    for n in range(N):\n        y, _, _, _, _ ="
_ENDLESS = "    n = 0\n    while n < N:\n        y, _, _, _, _ ="


def demo_class() -> tuple[tuple[str, str], ...]:
    """Made-up submissions, sorted by name: (name, source of neural_network.py)."""
    entries = {entry.id: entry for entry in CATALOGUE}
    variants = {variant.id: variant for variant in VARIANTS}
    right, unwritten = getsource(reference), getsource(stub)
    found = dict.fromkeys(_RIGHT, right)
    found |= {name: variants[id_].source for name, id_ in _VARIANTS.items()}
    found |= {name: source_of(*(entries[i] for i in ids)) for name, ids in _MISTAKES.items()}
    found |= {
        "xiomara.g": unwritten,
        "yusuf.d": right.replace(text_of(right, "sigmoid"), text_of(unwritten, "sigmoid"), 1),
        "zofia.w": right.replace(_LAST_LOOP, _ENDLESS),
        "anahera.p": right.replace("def backprop(", "def backprop(("),
        "bao.nt": f'{right}\n\nimport sys\n\nsys.exit("all done")\n',
        "cleo.x": "",
    }
    return tuple(sorted(found.items()))
