// Plays a finished replay back: step, play, speed, and back to the whole of it.

import { button, element, setUnlessFocused } from "../dom.js";
import { grouped } from "../texts.js";

const SPEEDS = [1, 5, 20, 100, 500, 2000]; // ticks per second; at the lowest the eye can follow each tick

export function playPart(send) {
  const quiet = (text, attributes) => button(text, { class: "midplot-quiet", ...attributes });
  const step = (text, title, name, by) =>
    quiet(text, { title, "aria-label": name, onclick: () => send("step", { by }) });
  const back = step("◀", "One tick back", "Step back", -1);
  const forth = step("▶", "One tick forward", "Step forward", 1);
  const play = quiet("play", { "aria-label": "Play or pause", onclick: () => send("play") });
  const speed = element(
    "select",
    { "aria-label": "Ticks per second", onchange: () => send("speed", { value: Number(speed.value) }) },
    ...SPEEDS.map((each) => element("option", { value: each }, `${grouped(each)}/s`)),
  );
  const whole = quiet("whole", { title: "Show the whole replay again", onclick: () => send("whole") });
  const place = element("span", { class: "midplot-place" });

  // `state` is null while the replay is running: there is nothing to play back yet.
  function show({ play: state }) {
    for (const each of [back, forth, play, speed, whole]) each.disabled = !state;
    const at = state ? state.at : null;
    place.textContent = at === null ? "" : `tick ${grouped(at)}`;
    whole.hidden = at === null;
    if (!state) return;
    play.textContent = state.playing ? "⏸ pause" : "▶ play";
    play.setAttribute("aria-pressed", String(state.playing));
    setUnlessFocused(speed, state.speed);
  }
  return { nodes: [back, play, forth, speed, whole, place], show };
}
