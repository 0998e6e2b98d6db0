"""The frame around each picture of the story that the README tells: which step it is, and what happens in it."""

from __future__ import annotations

from base64 import b64encode

WIDTH, HEIGHT, BAR = 1000, 980, 74
"""The size of a picture, and the height of the bar above it, in CSS pixels."""

STEPS = {
    "Replay": "The attacker gets one price at a time, as if live. The chart follows.",
    "See": "Every decision, with what came of it; below, what they earned and how long each took.",
    "Click": "Here it said nothing, and the price rose. A click selects the points before that.",
    "Label": "Press U: it should have said UP. That is saved as a file, a scenario.",
    "Check": "Every scenario is replayed against a fresh attacker. This one fails.",
    "Improve": "Another parameter, and the same check passes. From now on it is a test.",
}

_STYLE = f"""
body {{ margin: 0; font-family: system-ui, "DejaVu Sans", sans-serif; background: #ffffff; }}
header {{ box-sizing: border-box; height: {BAR}px; padding: 9px 14px 0; border-bottom: 1px solid #d5dbe2; }}
ol {{ display: flex; gap: 8px; margin: 0; padding: 0; list-style: none; }}
li {{ padding: 2px 13px; border-radius: 99px; background: #eef2f6; color: #5f6b7a; font-size: 14px; }}
li.now {{ background: #0072b2; color: #ffffff; font-weight: 600; }}
p {{ margin: 8px 2px 0; color: #1c2530; font-size: 17px; }}
img {{ display: block; width: {WIDTH}px; height: {HEIGHT}px; }}
"""

POINTER = """([x, y]) => {
    const pointer = document.createElement("div");
    pointer.id = "harness-pointer";
    pointer.style = `position: fixed; left: ${x + 1}px; top: ${y + 22}px; z-index: 9999; pointer-events: none`;
    const arrow = "M0 0v14l3.4-3.2 2.1 5 2.3-1-2.1-4.9H10z";
    pointer.innerHTML = `<svg width="26" height="34" viewBox="0 0 13 17"><path d="${arrow}" stroke="#fff"/></svg>`;
    document.getElementById("harness-pointer")?.remove();
    document.body.append(pointer);
}"""
"""Draws a pointer just below a point: a headless browser has none."""


def frame(step: str, picture: bytes) -> str:
    """Return the page that shows a picture with its step."""
    chips = "".join(f'<li class="{"now" * (name == step)}">{n} {name}</li>' for n, name in enumerate(STEPS, start=1))
    image = b64encode(picture).decode()
    return (
        f"<!doctype html><style>{_STYLE}</style><header><ol>{chips}</ol><p>{STEPS[step]}</p></header>"
        f'<img src="data:image/png;base64,{image}">'
    )
