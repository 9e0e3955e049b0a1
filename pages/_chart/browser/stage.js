// What a page shows of something that moves: its parts stand in elements of their own, its frames come over a line or
// with the script that draws the page. A frame is whole, or builds on the one before it (frame.py).

import { arrange, tell } from "./cells.js";
import { close, open } from "./line.js";
import { meet, remember } from "./lost.js";

const STAGES = new Map(); // by token
export const stages = () => [...STAGES.values()].filter(({ onPage }) => onPage);
const WAY = "way"; // the cell of a line on how the frames come
const AGAIN = 3000; // ms until the page is asked once more to run

// An element of a stage: {columns, height, picks, live: {token, part, around, server, session}, frame, where the script
// brings it}.
export function arrive(component, look, plotlyUrl) {
  const { live: { token, part, around, server, session }, frame } = look;
  meet(server, session);
  if (!STAGES.has(token)) STAGES.set(token, new Stage(token, plotlyUrl, server));
  const stage = STAGES.get(token), root = component.parentElement;
  for (const other of [...STAGES.values()]) if (other !== stage) other.leave(root); // of a session that has ended
  stage.places.set(part, { root, component, look });
  stage.shown = around;
  stage.waits = null; // the page knows better
  if (!frame || !stage.take(frame)) stage.settle(part);
  stage.turn();
  open(stage);
}

// An element is taken off the page.
export function depart(root) {
  for (const stage of [...STAGES.values()]) stage.leave(root);
}

class Stage {
  have = null; // the number of the last frame
  parts = {}; // names of their cells
  words = new Map(); // by name of a cell
  places = new Map(); // by part: its element
  asked = 0; // when it was asked last for a frame that has not come, ms; 0 where none is asked for
  broken = 0; // lines in a row that have brought no frame
  heardAt = 0; // when something came from the server last, ms
  askedSince = 0; // when it was asked whether it is there and has not answered, ms
  ping = null; // asks it

  through = null; // sends a text over the line
  waits = null; // what is held, until there is a line

  constructor(token, plotlyUrl, server) {
    Object.assign(this, { token, plotlyUrl, server });
  }

  // Returns whether it could be taken: it is not where it builds on another frame than the one that is here.
  take(frame) {
    if (this.have !== null && frame.n <= this.have) return true; // told again
    if (frame.base !== null && frame.base !== this.have) return false;
    this.have = frame.n;
    this.moving = frame.moving;
    this.around = frame.around;
    if (frame.made) remember(frame.made);
    if (frame.parts) this.parts = frame.parts;
    for (const cell of frame.cells) {
      if (cell.html !== undefined) this.words.set(cell.name, cell);
      else tell(cell, frame.n, this.token, this.plotlyUrl);
    }
    for (const part of this.places.keys()) this.settle(part);
    this.turn();
    return true;
  }

  // Another stage stands there now, or nothing.
  leave(root) {
    for (const [part, place] of this.places) if (place.root === root) this.places.delete(part);
    if (this.places.size) return;
    STAGES.delete(this.token);
    close(this);
  }

  settle(part) {
    const { root, look } = this.places.get(part), names = this.parts[part], [first] = this.places.keys();
    if (names) arrange(root, this.words.has(WAY) && part === first ? [...names, WAY] : names, look, this.words);
  }

  // The page around shows another state than the frame: it is run again.
  turn() {
    if (this.have === null || this.around === this.shown) return;
    const now = performance.now();
    if (this.turned === this.around && now - this.turnedAt < AGAIN) return;
    Object.assign(this, { turned: this.around, turnedAt: now });
    this.tellScript("around", this.around);
  }

  // How the frames come, in one line of words; "" where they come as they should.
  say(words) {
    if (!words && !this.words.has(WAY)) return;
    if (words) this.words.set(WAY, { html: `<p class="small" role="status">${words}</p>`, span: 1 });
    else this.words.delete(WAY);
    for (const part of this.places.keys()) this.settle(part);
  }

  get send() {
    return this.through;
  }

  set send(through) {
    this.through = through;
    if (through && this.waits) through(this.waits);
    if (through) this.waits = null;
  }

  // What the reader's hand says: to the server; while there is no line to it, the last that is held waits for one.
  order(what) {
    const text = JSON.stringify({ order: what });
    if (this.send) this.send(text);
    else if (what.set) this.waits = text;
  }

  // To the script that draws the page.
  tellScript(name, value) {
    for (const { root, component } of this.places.values()) if (root.isConnected) return component.setTriggerValue(name, value);
  }

  get onPage() {
    return [...this.places.values()].some(({ root }) => root.isConnected);
  }
}
