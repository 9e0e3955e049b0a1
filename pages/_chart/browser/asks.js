// What a stage asks for. Each frame is asked for, so that a slow browser is never flooded, and ahead, so that distance
// does not set the pace.

import { drawn } from "./chart.js";

const PACE = 1000 / 30; // ms between two frames, at best
const FEWEST = 2; // asks under way
export const THERE = JSON.stringify({ there: true }); // answered at once

export const address = ({ token }, scheme) => {
  const url = new URL(`live/${token}`, document.baseURI);
  if (scheme) url.protocol = url.protocol.replace("http", scheme);
  return url.href;
};

// The asks under way of one line.
//   send: asks for a frame, under this number
//   most: that may be under way
export class Asks {
  #asked = new Map(); // by number: when, ms
  #last = 0;
  #far = 0; // ms of a round trip

  constructor(stage, send, most) {
    Object.assign(this, { stage, send, most });
  }

  #ahead() {
    const most = Math.min(this.most, Math.max(FEWEST, Math.ceil(this.#far / PACE) + 1));
    while (this.#asked.size < most && !this.over) {
      this.#asked.set(++this.#last, performance.now());
      this.send(this.#last);
    }
    this.stage.asked = Date.now();
  }

  // One has been answered, by a frame or by none.
  answered(number, frame) {
    if (frame) {
      this.#far += (performance.now() - this.#asked.get(number) - frame.held - this.#far) / 8;
      this.stage.broken = 0;
    }
    this.#asked.delete(number);
    this.stage.asked = this.#asked.size ? Date.now() : 0;
  }

  // When what is here is drawn.
  async goOn() {
    await drawn();
    this.#ahead();
  }

  get none() {
    return this.#asked.size === 0;
  }
}
