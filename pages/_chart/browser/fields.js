// Controls of one value that are no numbers: a choice, yes or no, words, buttons; and what stands around every control.

const make = (tag, more = {}) => Object.assign(document.createElement(tag), more);

// What every control has around it: its name, help, and lines below on why it has no effect or was refused.
export function frame(kind) {
  const box = make("div", { className: `field ${kind}` }), head = make("div", { className: "head" });
  const label = make("label", { className: "name" });
  const help = make("button", { className: "help", type: "button", textContent: "?", tabIndex: -1 });
  const tip = make("div", { className: "tip", popover: "manual", id: `tip-${Math.random().toString(36).slice(2)}` });
  const note = make("p", { className: "note-of" }), refused = make("p", { className: "refused" });
  tip.setAttribute("role", "tooltip");
  refused.setAttribute("role", "alert");
  head.append(label, help);
  box.append(head, note, refused, tip);
  const hide = () => tip.matches(":popover-open") && tip.hidePopover();
  const show = () => {
    if (!tip.innerHTML || tip.matches(":popover-open")) return;
    tip.showPopover();
    const { left, bottom, top } = box.getBoundingClientRect(), { offsetWidth: width, offsetHeight: height } = tip;
    tip.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    tip.style.top = `${bottom + height + 8 < innerHeight ? bottom + 4 : Math.max(8, top - height - 4)}px`;
  };
  help.addEventListener("pointerenter", show);
  help.addEventListener("pointerleave", hide);
  help.addEventListener("click", show);
  box.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && show());
  box.addEventListener("focusout", hide);
  box.addEventListener("keydown", hide);
  const around = { box, head, label, help, hide, show(row, ...controls) {
    box.dataset.name = row.name ?? row.label;
    box.classList.toggle("bare", Boolean(row.bare));
    label.innerHTML = row.label;
    if (tip.told !== row.help) tip.innerHTML = tip.told = row.help;
    help.hidden = !row.help;
    help.setAttribute("aria-label", `Help: ${row.heard ?? row.label}`);
    if (note.told !== row.note) note.innerHTML = note.told = row.note ?? "";
    if (refused.textContent !== row.refused) refused.textContent = row.refused ?? "";
    for (const control of controls) {
      control.disabled = Boolean(row.locked);
      control.setAttribute("aria-describedby", tip.id);
      if (row.refused) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  } };
  return around;
}

export const FIELDS = { choice, flag, text, words, heading, button };

// A control that is shown again whenever its value changes, by whatever hand.
function valued(panel, { id }, around, show) {
  const value = panel.value(id), view = { show: () => value.row && show(value) };
  value.views.add(view);
  return { box: around.box, show: view.show, leave: () => value.views.delete(view) };
}

function choice(panel, row) {
  if (row.pills) return pills(panel, row);
  const around = frame("choice"), menu = make("select"), value = panel.value(row.id);
  around.box.insertBefore(menu, around.box.children[1]);
  let told = "";
  menu.addEventListener("change", () => value.mean(menu.value));
  const before = switchBefore(panel, around, { show: () => field.show() });
  const field = valued(panel, row, around, ({ row, text, on }) => {
    around.show(row, menu);
    before.show(row.switch);
    around.box.classList.toggle("off", !on);
    menu.setAttribute("aria-label", row.heard);
    const options = JSON.stringify(row.options);
    if (told !== options) menu.replaceChildren(...row.options.map(([value, textContent]) => make("option", { value, textContent })));
    told = options;
    menu.value = text;
  });
  return { ...field, leave() {
    field.leave();
    before.leave();
  } };
}

// All options side by side; the one that is chosen may be given up for the default.
function pills(panel, row) {
  const around = frame("pills"), group = make("div", { className: "options" }), value = panel.value(row.id);
  group.setAttribute("role", "group");
  around.box.insertBefore(group, around.box.children[1]);
  let told = "";
  const press = (option) => value.mean(value.text === option ? value.row.default : option);
  return valued(panel, row, around, ({ row, text }) => {
    around.show(row, group);
    group.setAttribute("aria-label", row.heard);
    const options = JSON.stringify(row.options);
    if (told !== options) {
      group.replaceChildren(...row.options.filter(([value]) => value !== row.default).map(([value, textContent]) =>
        make("button", { type: "button", className: "deed", value, textContent, onclick: () => press(value) })));
    }
    told = options;
    for (const pill of group.children) pill.setAttribute("aria-pressed", String(pill.value === text));
  });
}

// A switch, named by a label.
export function toggle(label) {
  const input = make("input", { type: "checkbox", className: "switch", id: `switch-${Math.random().toString(36).slice(2)}` });
  input.setAttribute("role", "switch");
  label.htmlFor = input.id;
  return input;
}

// The switch in front of a control: of the remedy whose value it is, or of what a lane has of its own.
//   view: shown again when it is thrown
export function switchBefore(panel, around, view) {
  let input = null, value = null;
  return {
    show(row) {
      if (!row) return;
      if (!input) {
        value = panel.value(row.id);
        value.views.add(view);
        input = toggle(around.label);
        input.addEventListener("change", () => value.mean(String(input.checked)));
        around.head.prepend(input);
      }
      input.setAttribute("aria-label", row.heard);
      input.checked = value.text === "true";
      input.disabled = row.locked;
    },
    leave: () => value?.views.delete(view),
  };
}

function flag(panel, row) {
  const around = frame("flag"), input = toggle(around.label), value = panel.value(row.id);
  around.head.prepend(input);
  input.addEventListener("change", () => value.mean(String(input.checked)));
  return valued(panel, row, around, ({ row, text }) => {
    around.show(row, input);
    input.checked = text === "true";
  });
}

// Typed, and taken when it is left or Enter is pressed.
export function typed(take) {
  const input = make("input", { type: "text", className: "typed", autocomplete: "off", spellcheck: false });
  let before = "";
  input.addEventListener("focus", () => { before = input.value; });
  const leave = () => {
    if (input.value === before) return;
    before = input.value;
    take(input.value.trim());
  };
  input.addEventListener("change", leave);
  input.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") leave();
    if (key === "Escape") input.value = before;
  });
  // What is being typed stays.
  input.tell = (value) => {
    if (document.activeElement === input && input.value !== before) return;
    input.value = before = value;
  };
  return input;
}

function text(panel, row) {
  const value = panel.value(row.id), around = frame("text"), input = typed((words) => value.mean(words));
  around.box.insertBefore(input, around.box.children[1]);
  return valued(panel, row, around, ({ row, text }) => {
    around.show(row, input);
    input.placeholder = row.hint;
    input.setAttribute("aria-label", row.heard);
    input.tell(text);
  });
}

function words() {
  return html(make("p", { className: "words-of" }));
}

function heading() {
  return html(make("h2"));
}

function html(box) {
  return { box, show: ({ html }) => { if (box.told !== html) box.innerHTML = box.told = html; } };
}

// Sets several texts at once; a switch shows how they stand.
function button(panel, row) {
  const around = frame("button"), plain = row.on === null;
  const input = plain ? make("button", { type: "button", className: "deed" }) : toggle(around.label);
  let now = row;
  around.head.prepend(input);
  around.label.hidden = plain;
  input.addEventListener(plain ? "click" : "change", () => panel.set(Object.entries(now.sets).map(([name, text]) =>
    ({ id: `${now.of}${name}`, of: now.of, name, text }))));
  return { box: around.box, show(next) {
    now = next;
    around.show(now, input);
    if (plain) input.textContent = now.label;
    else input.checked = now.on;
  } };
}
