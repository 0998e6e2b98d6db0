"""How luck is put into words: amounts with few digits, shares of the time, the sentence beside a score."""

from __future__ import annotations

from math import floor, isfinite, log10

from midplot._text import signed

__all__ = ["SAME", "TOO_LITTLE", "amount", "chance_words", "frequency", "interval_words", "remark"]

SAME = "they decide the same"
TOO_LITTLE = "too little data to say"


def remark(interval: tuple[float, float] | None, p: float | None, trials: int = 1) -> str:
    """Return what is said beside a score: its interval, and how often luck alone does as well.

    Examples
    --------
    >>> remark((-702.1, 793.8), 0.456)
    '95%: -702 to +794; luck alone does this 46% of the time'
    """
    if interval is None or p is None:
        return TOO_LITTLE
    return f"{interval_words(interval)}; {chance_words(p, trials)}"


def interval_words(interval: tuple[float, float] | None) -> str:
    """Return an interval in words.

    Examples
    --------
    >>> interval_words((-702.1, 793.8)), interval_words(None)
    ('95%: -702 to +794', 'too little data to say')
    """
    return TOO_LITTLE if interval is None else f"95%: {amount(interval[0])} to {amount(interval[1])}"


def chance_words(p: float, trials: int = 1) -> str:
    """Return a chance in words.

    Examples
    --------
    >>> chance_words(0.0312, 20)
    'luck alone does this 3.1% of the time in 20 trials'
    """
    words = f"luck alone does this {frequency(p)} of the time"
    return words if trials == 1 else f"{words} in {trials:,} trials"


def frequency(p: float) -> str:
    """Format a chance as a share of the time.

    Examples
    --------
    >>> frequency(0.4567), frequency(0.0312), frequency(0.0004), frequency(0.998)
    ('46%', '3.1%', 'less than 0.1%', 'more than 99%')
    """
    if p < 0.001:
        return "less than 0.1%"
    if p >= 0.995:
        return "more than 99%"
    # One decimal below 10%, where people draw lines.
    return f"{p:.0%}" if p >= 0.0995 else f"{p:.1%}"


def amount(value: float) -> str:
    """Format an amount with its sign to three significant digits: more would be noise.

    Examples
    --------
    >>> amount(-1683.2), amount(12.345), amount(0.00123456), amount(0.0)
    ('-1,680', '+12.3', '+0.00123', '0')
    """
    if not value or not isfinite(value) or not 1e-4 <= abs(value) < 1e15:
        return signed(value, 3)
    rounded = float(f"{value:.3g}")  # first, since rounding may carry: 999.6 has no decimals
    return f"{rounded:+,.{max(0, 2 - floor(log10(abs(rounded))))}f}"
