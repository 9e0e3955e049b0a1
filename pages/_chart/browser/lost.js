// What is said where the server does not answer, and what it has forgotten when it is there again: a line at the lower edge
// of the page, where it hides no control.

const LOST = "No answer from the server: what is shown stands still, and goes on when it answers again.";
const ANEW = "The server was started anew.", LET_GO = "This page was away for long, and the server has let go of it.";
const EMBEDDED = ["embed", "embed_options"]; // how Streamlit shows the page inside of another one
const KEY = "made";

const bar = Object.assign(document.createElement("div"), { className: "lost" });
bar.setAttribute("role", "status");
bar.setAttribute("aria-live", "polite");

let { made, known, forgotten } = kept() ?? { made: {}, forgotten: [] };
// made: by what it is, a run or a race: {updates, link, path}; known: {server, session} of it; forgotten: lines, each
// {words, deed, href}
let lost = false, leaving = false;

// For a page that is loaded anew while its server is away; a browser may refuse it.
function kept() {
  try {
    const text = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ made, known, forgotten }));
  } catch { /* it is in this page's memory */ }
}

export function loadAnew() {
  leaving = true;
  keep();
  location.reload();
}

// A frame tells what has been trained for it.
export function remember({ what, ...told }) {
  if (told.updates) made[what] = { ...told, path: location.pathname };
  else delete made[what];
}

// A page comes from this server and session; what an earlier one made is gone.
export function meet(server, session) {
  if (known && known.session !== session) {
    const why = known.server === server ? LET_GO : ANEW;
    forgotten = [...(made.run ? [ofRun(why, made.run)] : []), ...(made.race ? [{ words: `${why} The race is lost; its settings are kept, and Race makes the same one again.` }] : [])];
    made = {};
    show();
  }
  known = { server, session };
}

function ofRun(why, { updates, link, path }) {
  const to = updates.toLocaleString("en");
  if (link === null) return { words: `${why} The run of ${to} updates is lost: no link holds all changes made during it.` };
  const here = new URLSearchParams(location.search), more = EMBEDDED.flatMap((name) => here.getAll(name).map((text) => `&${name}=${encodeURIComponent(text)}`));
  return { words: why, deed: `Train to update ${to} again`, href: `${path}?${link}${more.join("")}` };
}

// Whether the server is lost, as it is looked at again and again.
export function say(now) {
  if (!bar.isConnected) document.querySelector(".stApp")?.append(bar); // before it has words: else nobody reads them aloud
  if (forgotten.length && !bar.hasChildNodes()) show(); // before the page was loaded anew
  if (now === lost || leaving) return;
  lost = now;
  if (lost) keep();
  else kept();
  show();
}

function show() {
  bar.replaceChildren(...(lost ? [line({ words: LOST })] : forgotten.map(line)));
}

function line(one) {
  const row = document.createElement("p"), words = document.createElement("span");
  words.textContent = one.words;
  row.append(words);
  if (one.deed) row.append(Object.assign(document.createElement("a"), { className: "deed", textContent: one.deed, href: one.href }));
  if (!lost) row.append(closing(one));
  return row;
}

function closing(one) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "\u00d7", onclick: () => {
    forgotten = forgotten.filter((other) => other !== one);
    show();
  } });
  button.setAttribute("aria-label", "Close this line");
  return button;
}
