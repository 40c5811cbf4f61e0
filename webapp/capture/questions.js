/**
 * Asks the server something on a line that may be dead without saying so: while no answer comes, more questions follow,
 * and the first answer counts. Each question that is given up takes a dead connection with it.
 */

import { Unreachable } from "./api.js";

const AGAIN_MS = 1500;
const MOST = 21;
/** How long a question waits for its answer: not for long, but some also on the slowest line. */
const waitOf = (number) => (number % 6 === 4 ? 12_000 : 3000);

/** `ask(wait)` puts one question that must do no harm when it arrives more than once. Throws what the last one threw. */
export function asked(ask) {
  let number = 0;
  let open = 0;
  return new Promise((done, failed) => {
    const timer = setInterval(() => { put(); put(); }, AGAIN_MS);
    const end = (tell, value) => {
      clearInterval(timer);
      number = MOST;
      tell(value);
    };
    function put() {
      if (number >= MOST) return;
      open += 1;
      ask(waitOf(number)).then((answer) => end(done, answer), (reason) => {
        open -= 1;
        // Where nothing is on its way any more it is no use to wait: the network is gone, and says so.
        if (!(reason instanceof Unreachable) || !open) end(failed, reason);
      });
      number += 1;
    }
    put();
  });
}
