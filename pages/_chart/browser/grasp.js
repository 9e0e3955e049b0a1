// How a hand takes hold of something and moves it: by keys, by a pointer.

import { at, stepped } from "./scale.js";

const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const SETTLES = 250; // ms after a key is let go, in which the next one goes on with the same movement

// The text of a number that a key leads to; nothing where it leads nowhere.
function byKey({ row, number }, key) {
  if (key in KEYS) return stepped(row, number, KEYS[key]);
  return key === "Home" ? at(row, 0) : key === "End" ? at(row, 1) : null;
}

// Keys on an element move a value: a key that is held, or pressed again soon, is one movement.
//   now(): the value; meant(key): the key as it acts here, or nothing
export function movedByKeys(element, now, meant = (key) => key) {
  let settles = 0;
  const rest = () => {
    clearTimeout(settles);
    now().release();
  };
  element.addEventListener("keydown", (event) => {
    const value = now();
    if (event.ctrlKey || event.metaKey || event.altKey || value.row.locked) return;
    if (event.key === "Escape" && value.held) {
      event.stopPropagation();
      return value.giveUp();
    }
    const key = meant(event.key), to = key ? byKey(value, key) : null;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(settles);
    value.hold();
    value.try(to);
  });
  element.addEventListener("keyup", ({ key }) => {
    if (!now().held || !meant(key)) return;
    clearTimeout(settles);
    settles = setTimeout(rest, SETTLES);
  });
  element.addEventListener("blur", rest);
}

// A pointer that has taken hold: move(x, y, event) until it lets go, then end(given up).
export function follow(element, { pointerId }, move, end) {
  const watched = new AbortController(), { signal } = watched;
  const ours = (act) => (event) => (event.pointerId === undefined || event.pointerId === pointerId) && act(event);
  const finish = (givenUp) => ours(() => {
    watched.abort();
    element.classList.remove("held");
    end(givenUp);
  });
  element.classList.add("held");
  element.setPointerCapture(pointerId);
  element.addEventListener("pointermove", ours(move), { signal });
  for (const [name, givenUp] of [["pointerup", false], ["pointercancel", true], ["lostpointercapture", false]]) element.addEventListener(name, finish(givenUp), { signal });
  window.addEventListener("blur", finish(false), { signal });
  window.addEventListener("keydown", (event) => event.key === "Escape" && finish(true)(event), { signal, capture: true });
}
