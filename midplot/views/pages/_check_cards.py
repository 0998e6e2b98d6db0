"""A check report as HTML: totals at the top, then a card per scenario, without JavaScript or colours of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Protocol

from midplot._text import counted, signed
from midplot.checks._tally import ORIGINAL, Tally, shown_share
from midplot.checks._verdict import Check
from midplot.scenarios._contradictions import Contradiction
from midplot.views.chart._outcome import Outcome
from midplot.views.chart.cards._check_picture import check_picture, swatch
from midplot.views.pages._scenario_card import SIGNS, label_chip, remarks, shown_text, window_name

__all__ = ["Report", "cards", "glyph", "headline", "legend", "totals"]

# What an attacker that succeeds on a kind of variants is shown to cope with.
_CAPABILITIES = {
    ORIGINAL: "as labelled",
    "shifted": "at another level",
    "scaled": "at another scale",
    "mirrored": "upside down",
    "noisy": "with some noise",
}
# Pairs of contradicting labels above the cards. Whoever has more will mend the first ones first.
MOST_PAIRS = 20


class Report(Protocol):
    """The part of a check report that is drawn."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """One per scenario, in the order of the movie."""

    @property
    def threshold(self) -> float | None:
        """The fraction that must succeed; None if all must."""

    @property
    def attacker(self) -> str:
        """The attacker's name and file; empty if they are not known."""

    @property
    def success(self) -> list[Check]:
        """The checks that succeeded."""

    @property
    def failed(self) -> list[Check]:
        """The checks that failed."""

    @property
    def n(self) -> int:
        """The number of scenarios."""

    @property
    def share(self) -> float:
        """The fraction that succeeded."""

    @property
    def ok(self) -> bool:
        """Whether enough succeeded."""

    @property
    def contradictions(self) -> list[Contradiction]:
        """The pairs of labels that no attacker can satisfy at once."""

    def contradicted(self) -> list[Check]:
        """Return the failed checks whose label contradicts another one."""

    def by_label(self) -> dict[str, Tally]:
        """Count the checks by expected label."""

    def by_variant(self) -> dict[str, Tally]:
        """Count the checks by capability."""

    def by_reason(self) -> dict[str, int]:
        """Count the failed checks by reason."""

    def failed_first(self) -> list[Check]:
        """Return all checks, failed ones first."""


def totals(report: Report, heading: str, about: str = "") -> str:
    """Return the top of a report: the number that succeeded, whether it is enough, and the counts by kind.

    Parameters
    ----------
    report
        The report of a check.
    heading
        Element of the headline, such as ``h1``.
    about
        HTML of the line below the headline.
    """
    n_success = len(report.success)
    share = shown_share(n_success, report.n, report.threshold)
    demanded = "all must succeed" if report.threshold is None else f"{100 * report.threshold:g}% must succeed"
    counts = f"<b>{n_success:,}</b> of {counted(report.n, 'scenario')} succeeded"
    return (
        f'<header class="midplot-check-totals">{headline(counts, heading, report.ok)}{about}'
        f"{_share_bar(report)}<p>{escape(share)}; {demanded}</p>{_contradictions(report)}{_tallies(report)}"
        "</header>"
    )


def cards(checks: Iterable[Check], ids: Mapping[int, str] | None = None) -> str:
    """Return a grid of cards.

    Parameters
    ----------
    checks
        Checks to show, in order.
    ids
        Ids of the cards' elements, by the ``id()`` of their checks; a check that is not in it gets none.
    """
    # By identity: two scenarios may have the same text, window and verdict.
    ids = ids or {}
    return f'<div class="midplot-check-cards">{"".join(_card(check, ids.get(id(check), "")) for check in checks)}</div>'


def legend() -> str:
    """Return what the marks on the cards mean; they look as in every chart."""
    up = Outcome.UP_PROFIT
    entries = [
        (f"{swatch(up)}{swatch(Outcome.DOWN_PROFIT)}", "filled: a profit"),
        (f"{swatch(Outcome.UP_LOSS)}{swatch(Outcome.DOWN_LOSS)}", "hollow: a loss"),
        (swatch(Outcome.UNRESOLVED), "not resolved"),
        (swatch(up, ringed=True), "ringed: against the label"),
        (swatch(up, early=True), "pale: in the warm-up, does not count"),
    ]
    words = "".join(f"<span>{picture}{text}</span>" for picture, text in entries)
    return f'<p class="midplot-check-legend">{words}</p>'


def headline(counts: str, heading: str, ok: bool) -> str:
    """Return what was counted, as HTML, and whether it is good enough."""
    verdict = "passed" if ok else "failed"
    badge = f'<span class="midplot-check-badge midplot-check-{verdict}">{glyph(ok)} {verdict}</span>'
    return f'<div class="midplot-check-headline"><{heading}>{counts}</{heading}>{badge}</div>'


def glyph(succeeded: bool) -> str:
    """Return the sign of a success or a failure."""
    return f'<span aria-hidden="true">{"✓" if succeeded else "✗"}</span>'


def _contradictions(report: Report) -> str:
    """Return a list of the labels that no attacker can satisfy at once."""
    pairs = report.contradictions
    if not pairs:
        return ""
    lines = "".join(f"<li>{shown_text(each.why, 600)}</li>" for each in pairs[:MOST_PAIRS])
    more = f"<li>and {len(pairs) - MOST_PAIRS:,} more</li>" if len(pairs) > MOST_PAIRS else ""
    n = len(report.contradicted())
    return (
        '<div class="midplot-check-contradictions" style="margin-top: 10px"><p>'
        f"{counted(len(pairs), 'pair')} of labels contradict each other, so "
        f"{counted(n, 'failure')} among them may be no fault of the attacker:</p><ul>{lines}{more}</ul></div>"
    )


def _share_bar(report: Report) -> str:
    """Return the fraction that succeeded as a bar, with a notch at the threshold."""
    wanted = 1.0 if report.threshold is None else report.threshold
    return (
        f'<div class="midplot-check-share" aria-hidden="true"><i style="width: {100 * report.share:.2f}%"></i>'
        f'<u style="left: {100 * wanted:.2f}%"></u></div>'
    )


def _tallies(report: Report) -> str:
    by_label = {
        f'<span class="midplot-check-{label.lower()}">{SIGNS[label]}</span> {label}': tally
        for label, tally in report.by_label().items()
    }
    groups = [_tally("By label", by_label)]
    by_variant = report.by_variant()
    # Without variants there is only one capability, and its count is in the headline.
    if list(by_variant) != [ORIGINAL]:
        named = {
            escape(f"{name}, {_CAPABILITIES[name]}" if name in _CAPABILITIES else name): tally
            for name, tally in by_variant.items()
        }
        groups.append(_tally("By capability", named))
    if report.failed:
        groups.append(_reasons(report))
    return f'<div class="midplot-check-tallies">{"".join(groups)}</div>'


def _tally(title: str, tallies: Mapping[str, Tally]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{name}</th>'
        f'<td class="midplot-check-share"><span><i style="width: {100 * n_success / n:.1f}%"></i></span></td>'
        f"<td>{n_success:,} of {n:,}</td></tr>"
        for name, (n_success, n) in tallies.items()
    )
    return f"<table><caption>{title}</caption><tbody>{rows}</tbody></table>"


def _reasons(report: Report) -> str:
    n = len(report.failed)
    rows = "".join(
        f'<tr><th scope="row">{escape(reason)}</th><td class="midplot-check-share midplot-check-fails"><span>'
        f'<i style="width: {100 * times / n:.1f}%"></i></span></td><td>{times:,}</td></tr>'
        for reason, times in report.by_reason().items()
    )
    return f"<table><caption>Why they failed</caption><tbody>{rows}</tbody></table>"


def _card(check: Check, element_id: str) -> str:
    label = check.label
    verdict = "succeeded" if check.succeeded else "failed"
    why = f"{check.why[:1].upper()}{check.why[1:]}"
    named = f' id="{element_id}"' if element_id else ""
    return (
        f'<article class="midplot-check-{verdict} midplot-check-wants-{label.lower()}"{named}>'
        f"<header>{label_chip(label)}{window_name(check.scenario)}"
        f'<span class="midplot-check-verdict" role="img" aria-label="{verdict}" title="{verdict}">'
        f"{glyph(check.succeeded)}</span></header>"
        f'{check_picture(check)}<p class="midplot-check-why">{shown_text(why, 400)}</p>'
        f"{_facts(check)}{remarks(check.scenario)}</article>"
    )


def _facts(check: Check) -> str:
    """Return the numbers of the first decision, if there is one."""
    if check.delay is None:
        return ""
    earned = "not resolved" if check.earned is None else f"would have earned {signed(check.earned, 4)}"
    return f'<p class="midplot-check-facts">delay {counted(check.delay, "tick")} · {earned}</p>'
