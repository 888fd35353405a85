/** The readers that keep up, in a process of their own. */
import { answerParent } from '../support/process-link.mjs';
import { TimeHistogram } from '../support/time-histogram.mjs';
import { ReaderTally, StreamReader } from './stream-reader.mjs';

const tally = new ReaderTally();
const readers = [];
let histogram = new TimeHistogram();
let ended = 0;
tally.onTime = (us) => histogram.add(us);

answerParent({
  async join({ port, count }) {
    for (let at = 0; at < count; at += 1) {
      const reader = new StreamReader(tally);
      readers.push(reader);
      await reader.connect(port);
      void reader.ended.then(() => {
        ended += 1;
      });
    }
  },
  begin() {
    histogram = new TimeHistogram();
  },
  times: () => histogram.summary(),
  slowest: () => Math.min(...readers.map(({ number }) => number)),
  check({ number }) {
    const { received, missing, doubled, firstTrouble } = tally;
    const behind = readers.filter((reader) => reader.number < number).length;
    return { received, missing, doubled, behind, ended, ...(firstTrouble && { firstTrouble }) };
  },
});
