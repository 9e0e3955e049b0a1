// A slider that is held: its value on the way. Streamlit (1.67) tells the server of it when it is let go.

// Of the key of its element: a number's slider (widgets.py), be it of a lane (lane_values.py), or a run's history (run.py).
const NAME = /(?:^|\s)st-key-(?:(?:[a-z_]+-)?(?:(lane\d)-)?drag_|(?=look_at-))([a-z0-9_]+?)(?:-\d+)*(?:\s|$)/;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// The number that stands at a thumb, as a computer reads it: "2·10⁻⁴" is 2e-4.
export function plain(text) {
  const [, digits, minus, power] = text.replaceAll(",", "").replaceAll("−", "-").match(/^(-?[\d.]*)·?(?:10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?$/) ?? [];
  if (digits === undefined) return text;
  return power ? `${digits || 1}e${minus && "-"}${[...power].map((c) => RAISED.indexOf(c)).join("")}` : digits;
}

// Calls take(name of the number, its value as text, number of the movement) while one is dragged or moved by keys, and
// take("") where the drag is given up.
export function listen(take) {
  let input = null, name = "", before = "", drag = Date.now();
  const look = () => {
    if (!input) return;
    const now = input.getAttribute("aria-valuetext");
    if (now !== before) take(name, plain((before = now)), drag);
    requestAnimationFrame(look);
  };
  const hold = (held) => {
    const key = held?.closest("[class*=drag_], [class*=look_at]")?.className.match(NAME);
    if (!key) return;
    [input, name, before] = [held, key.slice(1).filter(Boolean).join("-"), held.getAttribute("aria-valuetext")];
    drag++;
    requestAnimationFrame(look);
  };
  const last = (given) => () => {
    if (!input) return;
    const [held, known] = [input, before];
    input = null;
    if (given) return take("", "", drag);
    const now = held.getAttribute("aria-valuetext");
    if (now !== known) take(name, plain(now), drag);
  };
  document.addEventListener("pointerdown", ({ target }) => hold(target.closest?.("[data-testid=stSlider]")?.querySelector("input[type=range]")), true);
  document.addEventListener("keydown", ({ target }) => !input && target.matches?.("[data-testid=stSlider] input[type=range]") && hold(target), true);
  for (const end of ["pointerup", "keyup"]) document.addEventListener(end, last(false), true);
  document.addEventListener("pointercancel", last(true), true);
}
