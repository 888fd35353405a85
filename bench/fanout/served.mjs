import { eventOf } from './event.mjs';
import { answerParent } from '../support/process-link.mjs';

/**
 * Makes a process one of the compared servers. `start({ scenario, subscribers })` resolves with the port; `publish(event, seq)`
 * sends one event to all who want it.
 */
export function serve({ start, publish, stop = () => undefined }) {
  let seq = 0;
  answerParent({
    start,
    stop,
    /** A batch is published in one go, as the rows of one commit are. */
    publish({ count, momentUs }) {
      for (let n = 0; n < count; n += 1) {
        seq += 1;
        publish(eventOf(seq, momentUs), seq);
      }
    },
    usage: () => process.cpuUsage(),
    memory,
  });
}

/** Bytes in use after everything unreachable is gone. */
async function memory() {
  for (let n = 0; n < 5; n += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
