// How frames come to a stage: over a WebSocket, by plain HTTP where a network forbids that, and by runs of the page's
// script where that is forbidden, too. A stage has one line for as long as it is on the page; it is made again when it
// breaks.

import { drawn } from "./chart.js";
import { loadAnew, say } from "./lost.js";
import { http } from "./questions.js";
import { socket } from "./socket.js";

const PAUSE = 500, LONGEST = 8000; // ms before a line that broke is tried again, at first and at last
const FAILURES = 2, LATER = 6; // in a row until a way is given up: one that never worked, and one that has
const AGAIN = 3000, LOST = 8000; // ms until the script of a stage that has ended is told once more, and until the page is loaded anew
const LOOK = 400, SLEPT = 10_000; // ms between two looks; so long without one, and the machine has slept
const QUIET = 500, SILENT = 1500; // ms until a server of which nothing is heard is asked whether it is there, and until it is not
const TWICE = 2; // looks that find the page without its server: it may be back at once
const REACH = 2000; // ms until a server is not reached
const WAYS = { socket, http, script };
const NEXT = { socket: "http", http: "script" };
const SAID = { socket: "", http: "A network on the way allows no WebSocket: the pictures come by plain HTTP.",
  script: "A network on the way allows neither a WebSocket nor plain requests: the pictures come with runs of the page, a few a second." };

let way = "socket", failed = 0; // of this tab
const worked = new Set(); // ways
const LINES = new Map(); // by stage
let silent = false; // the server was asked whether it is there, and nothing has been heard since

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Whether the page has its server, as Streamlit (1.67) says: without it the session ends, and its stages with it.
const connected = () => (document.querySelector("[data-test-connection-state]")?.dataset.testConnectionState ?? "CONNECTED") === "CONNECTED";

// Something has come from the server.
export function heard(stage) {
  silent = false;
  failed = 0;
  worked.add(stage.way);
  Object.assign(stage, { heardAt: Date.now(), askedSince: 0 });
}

// Whether it answers at all, by whatever way.
const reached = () => fetch(new URL("_stcore/health", document.baseURI), { signal: AbortSignal.timeout(REACH) }).then(() => {
  silent = false;
  return true;
}, () => false);

// A way brings frames until it ends, and then says how: whether it was open, and the name of a server that has no such stage.
// What it returns leaves it at once.
export function open(stage) {
  if (LINES.has(stage)) return;
  const line = {}, tried = way;
  LINES.set(stage, line);
  stage.way = way;
  stage.say(SAID[way]);
  line.leave = WAYS[way](stage, async (how) => {
    leave(stage);
    await afterwards(stage, tried, how);
    if (LINES.get(stage) !== line) return; // left meanwhile
    LINES.delete(stage);
    open(stage);
  });
}

// Nothing is asked for any more.
export function close(stage) {
  LINES.get(stage)?.leave();
  LINES.delete(stage);
  leave(stage);
}

function leave(stage) {
  Object.assign(stage, { send: null, ping: null, askedSince: 0 });
}

// What seems to be open may be dead.
function renew() {
  if (worked.has("socket")) [way, failed] = ["socket", 0];
  for (const stage of [...LINES.keys()]) {
    close(stage);
    stage.broken = 0;
    open(stage);
  }
}

async function afterwards(stage, tried, { opened = false, gone = "" }) {
  if (!opened && connected() && (!worked.has(tried) || (await reached())) && ++failed >= (worked.has(tried) ? LATER : FAILURES)) {
    [way, failed, stage.broken] = [NEXT[tried], 0, 0];
    return;
  }
  if (gone && LINES.has(stage)) lost(stage, gone);
  await pause(gone || silent ? PAUSE : Math.min(LONGEST, PAUSE * 2 ** stage.broken++));
  if (connected()) return;
  while (LINES.has(stage) && !connected()) await pause(PAUSE / 2);
  Object.assign(stage, { broken: 0, lostAt: null, toldAt: null });
}

// A stage has ended with its session: the script makes another one. A server that was started anew does not know the page
// at all: it is loaded anew.
function lost(stage, server) {
  const now = performance.now();
  stage.lostAt ??= now;
  if (server !== stage.server || now - stage.lostAt > LOST) return loadAnew();
  if (stage.toldAt && now - stage.toldAt < AGAIN) return;
  stage.toldAt = now;
  stage.tellScript("ask", { have: null });
}

function script(stage) {
  let left = false;
  (async () => {
    while (!left) {
      const have = stage.have;
      if (stage.moving) stage.tellScript("ask", { have });
      for (let waited = 0; stage.have === have && waited < 3000; waited += 20) await pause(20);
      await drawn();
    }
  })();
  return () => { left = true; };
}

// Nobody tells a machine that has slept, or a network that was away, which of its lines are dead. While somebody looks, the
// server is asked whether it is there.
let looked = Date.now(), away = 0;
setInterval(() => {
  const now = Date.now(), since = now - looked;
  looked = now;
  if (since > SLEPT) renew();
  if (document.hidden || since > 3 * LOOK) for (const stage of LINES.keys()) Object.assign(stage, { heardAt: now, askedSince: 0 }); // it could not hear
  else if (mute(now)) {
    silent = true;
    renew();
  }
  away = connected() ? 0 : away + 1;
  say(silent || away >= TWICE);
}, LOOK);
addEventListener("online", renew);

// Whether a server that was asked does not answer; those that nothing was heard of are asked.
function mute(now) {
  let found = false;
  for (const stage of LINES.keys()) {
    if (stage.askedSince) found ||= now - stage.askedSince > SILENT;
    else if (stage.ping && now - stage.heardAt > QUIET) {
      stage.askedSince = now;
      stage.ping();
    }
  }
  return found;
}
