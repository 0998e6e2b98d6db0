// Plays a finished replay back: step, play, seek, speed, and back to the whole of it. While it runs: follow it again.

import { button, element, setUnlessFocused } from "../dom.js";
import { icon, iconButton } from "../icons.js";
import { grouped } from "../texts.js";

const SPEEDS = [1, 5, 20, 100, 500, 2000]; // ticks per second; at the lowest the eye can follow each tick
const FRAME_MS = 125; // eight frames per second are enough to see movement, and leave the page time for everything else

// Milliseconds until the next frame may be asked for; null if none may: the playback is paused, or the last one is not drawn.
export function untilNextFrame({ playing, isDrawn, isAnswered }, sinceLast) {
  if (!playing || !isDrawn || !isAnswered) return null;
  return Math.max(0, FRAME_MS - sinceLast);
}

// `latest` sends an act, but while one is on its way only the newest is kept, and sent when it has arrived.
export function playPart(send, latest) {
  const quiet = (text, attributes) => button(text, { class: "midplot-quiet", ...attributes });
  const back = iconButton("back", {
    title: "One tick back",
    "aria-label": "Step back",
    onclick: () => send("step", { by: -1 }),
  });
  const forth = iconButton("forth", {
    title: "One tick forward",
    "aria-label": "Step forward",
    onclick: () => send("step", { by: 1 }),
  });
  const play = element("button", {
    type: "button",
    class: "midplot-quiet midplot-play",
    "aria-label": "Play or pause",
    onclick: () => toggle(),
  });
  const seek = element("input", {
    type: "range",
    step: 1,
    class: "midplot-seek",
    "aria-label": "Tick to show",
    oninput: () => latest("seek", { index: Number(seek.value) }),
  });
  const speed = element(
    "select",
    { "aria-label": "Ticks per second", onchange: () => send("speed", { value: Number(speed.value) }) },
    ...SPEEDS.map((each) => element("option", { value: each }, `${grouped(each)}/s`)),
  );
  const whole = quiet("whole", { title: "Show the whole replay again", onclick: () => send("whole") });
  const follow = quiet("follow the replay", {
    class: "midplot-quiet midplot-follow",
    title: "Show again whatever is being replayed",
    onclick: () => send("follow"),
  });
  const place = element("span", { class: "midplot-place" });
  let playing = false;

  function toggle() {
    playing = !playing; // pause at once: no further frame is asked for
    draw();
    send("play");
  }
  function draw() {
    play.replaceChildren(icon(playing ? "pause" : "play"), playing ? "pause" : "play");
    play.setAttribute("aria-pressed", String(playing));
  }
  // `state` is null while the replay is running: there is nothing to play back yet.
  function show({ play: state, follow: stays }) {
    for (const each of [back, forth, play, seek, speed]) each.hidden = !state;
    follow.hidden = !stays;
    const at = state ? state.at : null;
    place.textContent = at === null ? "" : `tick ${grouped(at)}`;
    whole.hidden = at === null;
    playing = Boolean(state && state.playing);
    draw();
    if (!state) return;
    seek.min = state.first;
    seek.max = state.last;
    setUnlessFocused(seek, at === null ? state.last : at);
    setUnlessFocused(speed, state.speed);
  }
  return { nodes: [back, play, forth, seek, speed, whole, follow, place], show, isPlaying: () => playing };
}
