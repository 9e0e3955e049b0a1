// Frames over plain HTTP, each the answer to a question of its own.

import { Asks, THERE, address } from "./asks.js";
import { heard } from "./line.js";

const MOST = 4; // under way: a browser has six ways to a server, which the page needs, too
const PATIENCE = 30_000; // ms until a question that nobody answers is given up: the server does after 20 s
const GONE = 410; // how the server answers where it has no such stage

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

export function http(stage, ended) {
  const line = Math.random().toString(36).slice(2), stop = new AbortController(), early = new Map(); // by the frame before it
  let opened = false;
  const asks = new Asks(stage, (number) => question(number), MOST);
  const leave = () => {
    asks.over = true;
    stage.asked = 0;
    stop.abort();
  };
  const end = (how) => {
    if (asks.over) return;
    leave();
    ended({ opened, ...how });
  };
  const say = (body) => fetch(address(stage), { method: "POST", body, signal: stop.signal });

  async function question(number) {
    const late = setTimeout(() => end(), PATIENCE);
    try {
      const answer = await say(JSON.stringify({ have: stage.have, line }));
      const frame = answer.status === 200 ? await answer.json() : null;
      if (asks.over) return;
      if (!answer.ok) return end({ gone: answer.status === GONE && (await answer.text()) });
      heard(stage);
      opened = true;
      asks.answered(number, frame);
      if (frame && !take(frame)) {
        stage.have = null;
        return end();
      }
    } catch {
      return end();
    } finally {
      clearTimeout(late);
    }
    asks.goOn();
  }

  // Answers may overtake each other. Returns false where the one that a frame builds on will not come.
  function take(frame) {
    early.set(frame.base ?? stage.have, frame);
    for (let next; (next = early.get(stage.have));) {
      early.delete(stage.have);
      if (!stage.take(next)) return false;
    }
    return !early.size || !asks.none;
  }

  stage.ping = () => say(THERE).then(({ ok }) => ok && heard(stage), () => {});
  stage.send = inTurn((body) => say(body).catch(() => {}));
  asks.goOn();
  return leave;
}
