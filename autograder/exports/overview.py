"""The class page's overview: how points are spread, what is right, how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mean, median

from assignment.checks.look import plural, text
from assignment.checks.questions import QUESTIONS
from autograder.exports import figures
from autograder.exports.class_look import begin
from autograder.exports.tally import Tally


def overview(tally: Tally) -> str:
    """The section as HTML; no figures where nobody was judged."""
    judged = tally.judged
    counts = (
        f"{plural(len(tally.rows), 'submission')}, {len(judged):,} of them judged. Figures "
        "and mistakes are about these."
        if len(judged) < len(tally.rows)
        else f"{plural(len(tally.rows), 'submission')}, all judged."
    )
    if not judged:
        return f"{begin('overview')}<p>{counts}</p></section>"
    scores = [row.score for row in judged]
    most = tally.worth.automatic
    full = sum(score >= most for score in scores)
    widest = max(most, *scores)  # the bonus comes on top
    names = {
        q.number: ", ".join(o.function for o in QUESTIONS if o.number == q.number)
        for q in QUESTIONS
    }
    questions = {f"{n} {names[n]}": share for n, share in tally.by_question().items()}
    outputs = {f"{f}: {o}": count.share for (f, o), count in tally.by_output().items()}
    times = [row.seconds for row in judged]
    return (
        f"{begin('overview')}"
        f"<p>{counts} "
        f"Points, of {most}: median {median(scores):g}, mean {mean(scores):.1f}, "
        f'all of them {full:,} times.</p><div class="figures">'
        + _figure(
            "How many points the submissions have",
            figures.scores(scores, widest, "f1"),
            _binned(scores, widest),
        )
        + _figure(
            "Points of each section, of all that could be had",
            figures.shares(questions, "f2"),
            _percents("section", questions),
        )
        + _figure(
            "Submissions in which an output is right in every case",
            figures.shares(outputs, "f3"),
            _percents("output", outputs),
        )
        + _figure(
            f"Time used: median {median(times):.2f} s, longest {max(times):.1f} s, "
            f"together {sum(times) / 60:.1f} minutes",
            figures.seconds(times, "f4"),
            "",
        )
        + "</div></section>"
    )


def _figure(caption: str, svg: str, numbers: str) -> str:
    told = f"<details><summary>The numbers</summary>{numbers}</details>" if numbers else ""
    return f"<figure><figcaption>{text(caption)}</figcaption>{svg}{told}</figure>"


def _percents(what: str, shares: Mapping[str, float]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{text(name)}</th><td class="n">{100 * share:.0f} %</td></tr>'
        for name, share in shares.items()
    )
    return (
        f'<table><thead><tr><th scope="col">{what}</th><th scope="col" class="n">right</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _binned(scores: list[int], most: int) -> str:
    rows = "".join(
        f'<tr><th scope="row">{low} to {low + 4}</th><td class="n">'
        f"{sum(low <= score < low + 5 for score in scores)}</td></tr>"
        for low in range(0, most + 1, 5)
    )
    return (
        '<table><thead><tr><th scope="col">points</th><th scope="col" class="n">submissions</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )
