// The app's own controls, as many as a panel has in one element of the page: rows as pages/_panel/rows.py tells them.

import { stand } from "./at_hand.js";
import { FIELDS } from "./fields.js";
import { numberField } from "./number.js";
import { stages } from "./stage.js";
import { PANELS, Value } from "./value.js";

const TEXT = new TextDecoder();
const AGAIN = 1500; // ms until a change is told again that the server does not know to have taken
const KINDS = { ...FIELDS, number: numberField, fold };
const unfolded = new Map(); // whether the reader has opened it, by the key of a fold
let count = Date.now(); // of changes and of movements: larger than any that an earlier page made

// One element, as JSON in bytes: {taken: number of the last change that the server took, inline, rows}.
export function panel(component) {
  const root = component.parentElement, data = component.data && TEXT.decode(component.data);
  for (const other of PANELS.keys()) if (!other.isConnected) PANELS.delete(other);
  if (!PANELS.has(root)) PANELS.set(root, new Panel(root));
  const here = PANELS.get(root);
  here.component = component;
  if (!data || (data === here.data && root.hasChildNodes())) return;
  here.data = data;
  here.arrive(JSON.parse(data));
}

class Panel {
  values = new Map(); // by the id of its row
  pending = new Map(); // changes that the server does not know of, by the id of their field: {of, name, text, n}

  constructor(root) {
    this.root = root;
    this.rows = new Rows(this, root);
  }

  arrive({ taken, inline, at_hand: atHand, rows }) {
    for (const [id, { n }] of this.pending) if (n <= taken) this.pending.delete(id);
    this.root.dataset.pending = this.pending.size;
    this.root.classList.add("panel");
    this.root.classList.toggle("inline", inline);
    const known = new Map(fieldsOf(rows).map((row) => [row.id, row]));
    for (const [id, row] of known) this.value(id).arrive(row);
    for (const id of this.values.keys()) if (!known.has(id)) this.values.delete(id);
    this.rows.show(rows);
    for (const value of this.values.values()) value.say();
    if (atHand) stand(this, rows.filter(({ kind }) => kind === "number" || kind === "choice"), KINDS);
    document.dispatchEvent(new Event("controls"));
    clearTimeout(this.again);
    if (this.pending.size) this.again = setTimeout(() => this.tell(), AGAIN);
  }

  value(id) {
    if (!this.values.has(id)) this.values.set(id, new Value(this));
    return this.values.get(id);
  }

  // The number of a movement of the reader's hand.
  movement() {
    return ++count;
  }

  // What is held of one set of values goes to every picture on the page; nothing once the hand has given it up.
  hold(of, drag) {
    const held = [...this.values.values()].filter((value) => value.held && value.row.of === of);
    this.order(of, held.flatMap(({ changes }) => changes), drag);
  }

  order(of, changes, drag) {
    const set = Object.fromEntries(changes.map(({ name, text }) => [name, text]));
    for (const stage of stages()) stage.order({ set, of, drag });
  }

  // What is meant: [{id, of, name, text}].
  set(changes, drag = this.movement()) {
    this.order(changes[0].of, changes, drag);
    for (const { id, ...change } of changes) {
      this.pending.set(id, { ...change, n: ++count });
      if (this.values.has(id)) Object.assign(this.value(id), { text: change.text }).say();
    }
    this.tell();
  }

  tell() {
    this.root.dataset.pending = this.pending.size;
    if (this.pending.size && this.root.isConnected) this.component.setTriggerValue("set", { changes: [...this.pending.values()] });
  }
}

// All that have a value, also those that are folded away.
function fieldsOf(rows) {
  return rows.flatMap((row) => [...("text" in row ? [row] : []), ...(row.switch ? [row.switch] : []), ...fieldsOf(row.rows ?? [])]);
}

// Rows in an element, each with an element of its own that stays for as long as its row does.
class Rows {
  fields = new Map(); // by kind and id

  constructor(panel, root) {
    Object.assign(this, { panel, root });
  }

  show(rows) {
    const names = rows.map((row, i) => `${row.kind}:${row.id ?? i}`);
    for (const [name, field] of this.fields) {
      if (names.includes(name)) continue;
      field.box.remove();
      field.leave?.();
      this.fields.delete(name);
    }
    rows.forEach((row, i) => {
      if (!this.fields.has(names[i])) this.fields.set(names[i], KINDS[row.kind](this.panel, row));
      const field = this.fields.get(names[i]);
      if (this.root.children[i] !== field.box) this.root.insertBefore(field.box, this.root.children[i] ?? null);
      field.show(row);
    });
  }
}

// What is folded away; its rows are made when it is opened first.
function fold(panel, { id, title, open }) {
  const box = Object.assign(document.createElement("details"), { className: "fold", open: unfolded.get(id) ?? open });
  const name = Object.assign(document.createElement("summary"), { textContent: title });
  const line = Object.assign(document.createElement("p"), { className: "line-of" });
  const inside = Object.assign(document.createElement("div"), { className: "panel" });
  const rows = new Rows(panel, inside);
  let now = [];
  name.append(line);
  box.append(name, inside);
  const look = () => box.open && rows.show(now);
  box.addEventListener("toggle", () => {
    unfolded.set(id, box.open);
    look();
  });
  return { box, show: (row) => {
    now = row.rows;
    if (line.told !== row.line) line.innerHTML = line.told = row.line;
    look();
  } };
}
