"""Figures of one neuron: its line, its film, and why XOR is too much for it."""

import warnings

import numpy as np
import pytest

from assignment.figures import perceptron, xor
from assignment.figures.perceptron import Moment
from solution.bonus import perceptron_pass

POINTS = np.array([[0.1, 0.2], [0.4, 0.9], [0.8, 0.7], [0.3, 0.3], [0.9, 0.2], [0.6, 0.1]])
ABOVE = (POINTS.sum(axis=1) > 1).astype(int)


@pytest.fixture
def moments() -> list[Moment]:
    """The learning of a small problem, to its end."""
    return perceptron.history(perceptron_pass, POINTS, ABOVE, np.array([0.1, -0.1]), 0.02, 0.1, 90)


def test_history_ends_when_all_is_right(moments: list[Moment]) -> None:
    """The first moment is before learning, and only the last has nothing wrong."""
    assert moments[0].w.tolist() == [0.1, -0.1]
    assert all(moment.wrong for moment in moments[:-1])
    assert moments[-1].wrong == 0
    assert ((POINTS @ moments[-1].w + moments[-1].b > 0) == ABOVE).all()


@pytest.mark.parametrize("w", [(0.3, -2.0), (1.0, 0.0), (0.0, -4.0), (-1.0, 2.0)])
def test_the_boundary_is_where_the_sum_is_zero(w: tuple[float, float]) -> None:
    """Both ends are on the line, on either side of the square; weights of zero draw nothing."""
    ends = perceptron.boundary(np.array(w), 0.25, 0.0, 1.0)
    np.testing.assert_allclose(ends @ w + 0.25, 0, atol=1e-12)
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(6.0)
    assert np.isnan(perceptron.boundary(np.zeros(2), 0.5, 0.0, 1.0)).all()


def test_frames_show_the_line_of_their_moment(moments: list[Moment]) -> None:
    """Every panel has the points, the line of that moment, and how many are wrong."""
    figure = perceptron.frames(POINTS, ABOVE, moments, most=4)
    shown = [axes for axes in figure.axes if axes.get_title()]
    assert len(shown) == min(4, len(moments))
    assert shown[0].get_title() == f"before: {moments[0].wrong} wrong"
    assert shown[-1].get_title() == f"pass {len(moments) - 1}: 0 wrong"
    for axes, moment in ((shown[0], moments[0]), (shown[-1], moments[-1])):
        (line,) = axes.get_lines()
        np.testing.assert_allclose(line.get_xydata() @ moment.w + moment.b, 0, atol=1e-9)
        drawn = np.vstack([c.get_offsets() for c in axes.collections if len(c.get_offsets()) > 1])
        assert sorted(map(tuple, drawn)) == sorted(map(tuple, POINTS))


def test_at_most_so_many_moments_and_the_last_one() -> None:
    """Long histories are thinned out, never in a different order and never without their end."""
    many = [Moment(np.array([1.0, 1.0]), -0.1 * n, n) for n in range(40)]
    figure = perceptron.frames(POINTS, ABOVE, many, most=8)
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    wrong = [int(title.split(": ")[1].split()[0]) for title in titles]
    assert len(wrong) == 8
    assert wrong == sorted(set(wrong))
    assert (wrong[0], wrong[-1]) == (0, 39)


def test_the_film_has_a_frame_for_each_moment(moments: list[Moment]) -> None:
    """Drawn one after the other, the frames show the lines of all moments."""
    film = perceptron.animation(POINTS, ABOVE, moments)
    lines = []
    with warnings.catch_warnings():  # drawn by hand here, which the film cannot know
        warnings.simplefilter("ignore")
        for number in range(len(moments)):
            (axes,) = film._func(number)
            lines.append(axes.get_lines()[0].get_xydata())
        film._draw_was_started = True
        del film
    for ends, moment in zip(lines, moments, strict=True):
        np.testing.assert_allclose(ends @ moment.w + moment.b, 0, atol=1e-9)


def test_no_line_has_all_four() -> None:
    """x1 > 0.5 has two points of XOR right, a line off a corner three, and for AND one has four."""
    right = xor.right_of(np.array([0.0, np.pi / 4]), np.array([0.5, 0.35, 5.0]))
    assert right.tolist() == [[2, 2, 2], [3, 3, 2]]
    angles, offsets = np.linspace(0, 2 * np.pi, 361), np.linspace(-1.6, 1.6, 161)
    assert xor.right_of(angles, offsets).max() == 3
    assert xor.right_of(angles, offsets, t=np.array([0, 0, 0, 1])).max() == 4


def test_the_lines_that_were_tried_are_drawn() -> None:
    """One line for every step of learning, the four points, and the title with the maximum."""
    tried = xor.tried(perceptron_pass, np.array([0.13, -0.1]), 0.02, 0.1, 3)
    assert len(tried) == 12
    assert min(moment.wrong for moment in tried) >= 1
    figure = xor.lines(tried, steps=31)
    plane, every, *_ = figure.axes
    assert len(plane.get_lines()) == 12
    assert sum(len(c.get_offsets()) for c in plane.collections) == 4
    assert "at most 3 of 4" in every.get_title()
