// On a narrow screen, which the sidebar would cover: the first controls of a page at its lower edge, a chip each with its
// value. The one that is touched opens above them, and the charts stay in view.

const NARROW = matchMedia("(max-width: 640px)");
const bar = Object.assign(document.createElement("div"), { className: "at-hand panel" });
const open = Object.assign(document.createElement("div"), { className: "open" });
const chips = Object.assign(document.createElement("div"), { className: "row" });
let panel = null, rows = [], kinds = {}, chosen = null, field = null;

bar.setAttribute("role", "region");
bar.setAttribute("aria-label", "Controls");
bar.append(open, chips);
NARROW.addEventListener("change", show);
const view = { show: name };

// These rows of a panel are at hand for as long as it is on the page.
export function stand(from, those, makers) {
  for (const { id } of rows) panel.values.get(id)?.views.delete(view);
  const other = panel !== from;
  [panel, rows, kinds] = [from, those, makers];
  for (const { id } of rows) panel.value(id).views.add(view);
  if (other || !rows.some(({ id }) => id === chosen)) choose(null);
  else field?.show(rows.find(({ id }) => id === chosen));
  show();
}

function show() {
  const here = NARROW.matches && Boolean(panel?.root.isConnected);
  document.body.classList.toggle("has-at-hand", here);
  if (!here) return bar.remove();
  if (!bar.isConnected) document.querySelector(".stApp").append(bar);
  if (chips.children.length !== rows.length) chips.replaceChildren(...rows.map((_, i) =>
    Object.assign(document.createElement("button"), { type: "button", className: "deed", onclick: () => choose(rows[i].id === chosen ? null : rows[i].id) })));
  name();
}

function name() {
  [...chips.children].forEach((chip, i) => {
    const { row, on, text } = panel.value(rows[i].id), said = row.options?.find(([option]) => option === text)?.[1] ?? text;
    chip.textContent = `${row.short} ${on ? said : "off"}`;
    chip.setAttribute("aria-label", `${row.heard}: ${on ? said : "off"}`);
    chip.setAttribute("aria-expanded", String(rows[i].id === chosen));
    chip.classList.toggle("locked", Boolean(row.locked));
  });
}

function choose(id) {
  field?.leave?.();
  chosen = id;
  field = null;
  open.replaceChildren();
  const row = rows.find((one) => one.id === id);
  if (row) {
    field = kinds[row.kind](panel, row);
    open.append(field.box);
    field.show(row);
  }
  if (bar.isConnected) name();
}

// A page that is left takes its controls along.
new MutationObserver(() => bar.isConnected && !panel?.root.isConnected && show()).observe(document.body, { childList: true, subtree: true });
