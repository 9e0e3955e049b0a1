// The symbols of equations as things to point at and click. An equation comes from Streamlit's own KaTeX; each symbol in
// it has a colour of its own, which no reader sees: it is found here, taken away, and tells which symbol it is.

let told = { colours: {}, chosen: null, component: null };
const ATOMS = ".katex-html [style*='color']";

// The page draws an equation into the elements of the one before. An element of which it has changed the colour is
// another symbol now, or none; one that it left alone still has the colour that was given here.
function adopt() {
  for (const atom of document.querySelectorAll(".katex-html [data-symbol]")) if (atom.style.color !== "inherit") release(atom);
  for (const atom of document.querySelectorAll(ATOMS)) {
    const found = atom.style.color !== "inherit" && told.colours[atom.style.color];
    if (!found) continue;
    atom.style.color = "inherit";
    atom.dataset.symbol = found.name;
  }
  for (const equation of document.querySelectorAll(".katex-html")) dress(equation);
  mark("chosen", told.chosen);
  mark("pointed", pointed);
}

function release(atom) {
  delete atom.dataset.symbol;
  atom.classList.remove("symbol", "chosen", "pointed");
  for (const name of ["title", "tabindex", "role"]) atom.removeAttribute(name);
}

const inner = (atom) => atom.parentElement.closest("[data-symbol]")?.dataset.symbol === atom.dataset.symbol;

// A symbol may be several elements, one in another and side by side: the outer ones are what a reader points at, and
// the first of them is a button for the keyboard. Its name is what is seen; its title, read after that, says what it is.
function dress(equation) {
  const titles = Object.fromEntries(Object.values(told.colours).map(({ name, title }) => [name, title]));
  const seen = new Set();
  for (const atom of equation.querySelectorAll("[data-symbol]")) {
    const name = atom.dataset.symbol;
    if (inner(atom)) {
      atom.classList.remove("symbol", "chosen", "pointed");
      for (const attribute of ["title", "tabindex", "role"]) atom.removeAttribute(attribute);
      continue;
    }
    atom.classList.add("symbol");
    if (titles[name]) atom.title = titles[name];
    if (seen.has(name)) {
      for (const attribute of ["tabindex", "role"]) atom.removeAttribute(attribute);
      continue;
    }
    seen.add(name);
    atom.tabIndex = 0;
    atom.setAttribute("role", "button");
  }
  if (seen.size) equation.removeAttribute("aria-hidden"); // KaTeX hides it from readers aloud; its buttons must not be
}

function mark(kind, name) {
  for (const atom of document.querySelectorAll(".symbol")) atom.classList.toggle(kind, atom.dataset.symbol === name);
}

let pointed = null;

function point(name) {
  if (name === pointed) return;
  pointed = name;
  mark("pointed", name);
  document.dispatchEvent(new CustomEvent("point-at-symbol", { detail: name }));
}

const at = (event) => event.target.closest?.("[data-symbol]")?.dataset.symbol ?? null;

function choose(event) {
  const name = at(event);
  if (!name) return;
  event.preventDefault();
  told.component.setTriggerValue("chosen", name);
}

let listening = false;

function listen() {
  listening = true;
  document.addEventListener("mouseover", (event) => point(at(event)));
  document.documentElement.addEventListener("mouseleave", () => point(null));
  document.addEventListener("focusin", (event) => point(at(event)));
  document.addEventListener("click", choose);
  document.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && choose(event));
  const concerns = ({ type, addedNodes, target }) =>
    type === "childList" ? addedNodes.length && !target.closest?.(".chart") : target.closest?.(".katex-html");
  new MutationObserver((changes) => changes.some(concerns) && adopt())
    .observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["style"] });
}

export function watch(component) {
  const { data } = component;
  if (!data) return;
  told = { ...data, component };
  if (!listening) listen();
  adopt();
}
