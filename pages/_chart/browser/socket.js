// Frames over a WebSocket.

import { Asks, THERE, address } from "./asks.js";
import { heard } from "./line.js";

const MOST = 8; // asks under way
const PATIENCE = 2000; // ms until a socket that does not open is given up
const UNKNOWN = 4404; // with which the server closes where it has no such stage

export function socket(stage, ended) {
  const line = new WebSocket(address(stage, "ws"));
  const asks = new Asks(stage, (id) => line.send(JSON.stringify({ have: stage.have, id })), MOST);
  const late = setTimeout(() => line.close(), PATIENCE);
  let opened = false;
  const over = () => {
    clearTimeout(late);
    asks.over = true;
    stage.asked = 0;
  };
  line.onopen = () => {
    clearTimeout(late);
    opened = true;
    stage.send = (text) => line.send(text);
    stage.ping = () => line.send(THERE);
    heard(stage);
    asks.goOn();
  };
  line.onmessage = ({ data }) => {
    heard(stage);
    const frame = JSON.parse(data);
    if (frame.there) return;
    asks.answered(frame.to, frame);
    if (!stage.take(frame)) {
      stage.have = null;
      return line.close();
    }
    asks.goOn();
  };
  line.onclose = ({ code, reason }) => {
    over();
    ended({ opened, gone: code === UNKNOWN && reason });
  };
  return () => {
    over();
    line.onopen = line.onmessage = line.onclose = null;
    line.close();
  };
}
