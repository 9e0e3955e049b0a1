// How frames come to a stage: over a WebSocket, by plain HTTP where a network forbids that, and by runs of the page's
// script where that is forbidden, too. Each frame is asked for, so that a slow browser is never flooded, and ahead, so
// that distance does not set the pace.

import { drawn } from "./chart.js";

const PACE = 1000 / 30; // ms between two frames, at best
const FEWEST = 2, MOST = 8; // asks under way
const PATIENCE = 2000; // ms until a socket that does not open is given up
const PAUSE = 500, LONGEST = 8000; // ms before a line that broke is tried again, at first and at last
const FAILURES = 2, LATER = 6; // in a row until a way is given up: one that never worked, and one that has
const LOST = 8000; // ms until a page is loaded anew that its server does not know any more
const worked = new Set(); // ways

export function open(stage) {
  if (!stage.line) ways[(stage.way ??= "socket")](stage);
}

const address = ({ token }, scheme) => {
  const url = new URL(`live/${token}`, document.baseURI);
  if (scheme) url.protocol = url.protocol.replace("http", scheme);
  return url.href;
};

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// One after the other, and while one is on its way the newest of those that wait: it tells more than they do.
function inTurn(send) {
  let next = null, busy = false;
  return async (body) => {
    next = body;
    if (busy) return;
    for (busy = true; next !== null;) {
      const now = next;
      next = null;
      await send(now);
    }
    busy = false;
  };
}

const ways = { socket, http, script };

// A stage has ended with its session: the script makes another one. A server that was started anew does not know the page
// at all: it is loaded anew.
function gone(stage) {
  stage.tellScript("ask", { have: null });
  stage.lost ??= setTimeout(() => stage.onPage && location.reload(), LOST);
}

function socket(stage) {
  const line = (stage.line = new WebSocket(address(stage, "ws"))), asked = new Map();
  let opened = false, id = 0, far = 0; // ms of a round trip
  const late = setTimeout(() => line.close(), PATIENCE);
  const askAhead = () => {
    const most = Math.min(MOST, Math.max(FEWEST, Math.ceil(far / PACE) + 1));
    while (asked.size < most && line.readyState === WebSocket.OPEN) {
      asked.set(++id, performance.now());
      line.send(JSON.stringify({ have: stage.have, id }));
    }
  };
  line.onopen = () => {
    clearTimeout(late);
    opened = true;
    worked.add(socket);
    stage.send = (text) => line.send(text);
    askAhead();
  };
  line.onmessage = async ({ data }) => {
    const frame = JSON.parse(data), way = performance.now() - asked.get(frame.to) - frame.held;
    asked.delete(frame.to);
    far += (way - far) / 8;
    if (!stage.onPage) return line.close();
    if (!stage.take(frame)) {
      stage.have = null;
      return line.close();
    }
    stage.broken = 0;
    await drawn();
    askAhead();
  };
  line.onclose = async ({ code }) => {
    clearTimeout(late);
    stage.send = null;
    stage.broken = (stage.broken ?? 0) + 1;
    if (code === 4404) gone(stage);
    if (!opened && stage.broken >= (worked.has(socket) ? LATER : FAILURES)) {
      stage.way = "http";
      stage.say("A network on the way allows no WebSocket: the pictures come by plain HTTP.");
    }
    else await pause(Math.min(LONGEST, PAUSE * 2 ** (stage.broken - 1)));
    stage.line = null;
    if (stage.onPage) open(stage);
  };
}

async function http(stage) {
  stage.line = true;
  stage.send = inTurn((body) => fetch(address(stage), { method: "POST", body }).catch(() => {}));
  const ask = () => fetch(address(stage), { method: "POST", body: JSON.stringify({ have: stage.have }) }).catch(() => ({ ok: false }));
  for (let failed = 0, asked = ask(); stage.onPage && failed <= (worked.has(http) ? LATER : FAILURES);) {
    const answer = await asked, frame = answer.status === 200 ? await answer.json().catch(() => null) : null;
    if (answer.status === 410) gone(stage);
    else if (answer.ok) worked.add(http);
    failed = answer.ok ? 0 : failed + 1;
    if (frame && !stage.take(frame)) stage.have = null;
    if (failed) await pause(Math.min(LONGEST, PAUSE * 2 ** (failed - 1)));
    asked = ask(); // on its way while this one is drawn
    await drawn();
  }
  stage.line = stage.send = null;
  if (!stage.onPage) return;
  stage.way = "script";
  stage.say("A network on the way allows neither a WebSocket nor plain requests: the pictures come with runs of the page, "
    + "a few a second.");
  open(stage);
}

async function script(stage) {
  stage.line = true;
  while (stage.onPage) {
    const have = stage.have;
    if (stage.moving) stage.tellScript("ask", { have });
    for (let waited = 0; stage.have === have && waited < 3000; waited += 20) await pause(20);
    await drawn();
  }
  stage.line = null;
}
