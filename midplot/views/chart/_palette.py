"""What the colours mean, on a light background, on a dark one, and on one that is not known.

Green and vermillion are those of Okabe and Ito, which most colour-blind people can tell apart. Every colour has a second
cue beside it, a shape or a position. Source: Okabe & Ito, "Color Universal Design" (2008).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

__all__ = ["DARK", "EITHER", "LIGHT", "Palette", "css_variables", "palette_for"]

# What each system uses for its own interface: nothing has to be fetched.
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """One set of colours, each named after its use in the view.

    Attributes
    ----------
    paper, raised, ink, muted, rule
        Background, background of raised elements, text, secondary text, grid lines and borders.
    realized, warm_up, selected, selected_edge
        The price, the price before the scored ticks, the selected points and their outline.
    up, down, up_band, down_band
        Decisions by direction: marks, and the bands from decision to resolution.
    unresolved
        Decisions without an outcome.
    equity, latency, budget
        The lower panels, and the line that latency should stay below.
    """

    paper: str
    raised: str
    ink: str
    muted: str
    rule: str
    realized: str
    warm_up: str
    selected: str
    selected_edge: str
    up: str
    down: str
    up_band: str
    down_band: str
    unresolved: str
    equity: str
    latency: str
    budget: str


# Up and down are darker than Okabe and Ito's, so that they also stand out as text.
LIGHT = Palette(
    paper="#ffffff",
    raised="#f6f8fa",
    ink="#1c2530",
    muted="#5f6b7a",
    rule="#e3e8ee",
    realized="#808b98",
    warm_up="#ccd3db",
    selected="#f5c400",
    selected_edge="#7a6200",
    up="#00865f",
    down="#c44e00",
    up_band="rgba(0, 158, 115, 0.15)",
    down_band="rgba(213, 94, 0, 0.13)",
    unresolved="#7d8794",
    equity="#0072b2",
    latency="#7b6ca8",
    budget="#b3261e",
)

# The same hues, lighter: on dark paper the light set would be too dim to read.
DARK = Palette(
    paper="#11161d",
    raised="#1a212b",
    ink="#e8edf3",
    muted="#9aa7b6",
    rule="#2a333f",
    realized="#94a1b2",
    warm_up="#46515f",
    selected="#ffd84d",
    selected_edge="#fff3c4",
    up="#2fcf9f",
    down="#ff8f4d",
    up_band="rgba(47, 207, 159, 0.20)",
    down_band="rgba(255, 143, 77, 0.19)",
    unresolved="#8d99a8",
    equity="#5ab4f0",
    latency="#b3a2e3",
    budget="#ff8a80",
)

# A figure of plotly has fixed colours, and no way to ask the page around it. So it has no background, and colours that
# stand out from white as much as from #111111, JupyterLab's dark paper. Those two differ by a contrast of 18.9, so no
# colour differs from both by more than 4.3.
EITHER = replace(
    LIGHT,
    paper="rgba(0, 0, 0, 0)",
    ink="#707a88",
    muted="#707a88",
    rule="rgba(112, 122, 136, 0.30)",
    realized="#707a88",
    warm_up="rgba(112, 122, 136, 0.80)",
    budget="#c8463b",
)


def palette_for(dark: bool | None) -> Palette:
    """Return the colours for a dark page, for a light one, or for one that is not known."""
    return EITHER if dark is None else DARK if dark else LIGHT


def css_variables(palette: Palette) -> str:
    """Return the colours as declarations of CSS variables, ``--midplot-up-band: …;`` and so on.

    Examples
    --------
    >>> css_variables(LIGHT).split("; ")[0]
    '--midplot-paper: #ffffff'
    """
    return "; ".join(
        f"--midplot-{field.name.replace('_', '-')}: {getattr(palette, field.name)}" for field in fields(palette)
    )
