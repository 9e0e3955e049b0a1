// A value of a parameter in the reader's hand, by whatever it is held: the control of a panel, a handle on a chart. What is
// held goes to every picture on the page; what is let go is meant, and becomes the session's.

export const PANELS = new Map(); // by the element: {root, values by the id of their row}

// The value of a parameter, by its name, wherever on the page its control is; nothing where it has none.
export function valueOf(name) {
  for (const { root, values } of PANELS.values()) {
    if (root.isConnected) for (const value of values.values()) if (value.row?.name === name) return value;
  }
}

export class Value {
  held = null; // a movement: {before: the text that it began with, drag: its number}
  views = new Set(); // each has show(): something of it has changed

  constructor(panel) {
    this.panel = panel;
  }

  // What the server says of it: a field as pages/_panel/rows.py tells it.
  arrive(row) {
    this.row = row;
    if (!this.held) this.text = this.panel.pending.get(row.id)?.text ?? row.text;
  }

  say() {
    for (const view of this.views) view.show();
  }

  // The last that can be, while what was typed is on its way to be refused.
  get number() {
    const { text, row } = this, typed = text.trim() === "" ? NaN : Number(text);
    return typed >= row.low && typed <= row.high ? typed : Number(row.text);
  }

  // Whether it acts: a remedy's number does while the switch in front of it is on.
  get on() {
    return !this.row.switch || this.panel.value(this.row.switch.id).text === "true";
  }

  // What is set with it: it, and the switch in front of it, on.
  get changes() {
    const change = ({ id, of, name }, text) => ({ id, of, name, text });
    return [...(this.on ? [] : [change(this.row.switch, "true")]), change(this.row, this.text)];
  }

  hold() {
    this.held ??= { before: this.text, drag: this.panel.movement() };
  }

  // Held there: as text. What has been let go amid a movement, by a key or a focus that went elsewhere, is held again.
  try(text) {
    if (text === this.text) return;
    this.hold();
    this.text = text;
    this.panel.hold(this.row.of, this.held.drag);
    this.say();
  }

  // The hand lets go: where it stands is meant.
  release() {
    if (!this.held) return;
    const { before, drag } = this.held;
    this.held = null;
    if (this.text !== before) this.mean(this.text, drag);
  }

  // The hand gives it up: what was before is again.
  giveUp() {
    if (!this.held) return;
    const { before: text, drag } = this.held;
    Object.assign(this, { held: null, text });
    this.say();
    this.panel.hold(this.row.of, drag);
  }

  mean(text, drag) {
    this.text = text;
    this.panel.set(this.changes, drag);
    this.say();
  }
}
