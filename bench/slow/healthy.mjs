/** The readers that keep up, in a process of their own. */
import { answerParent } from '../support/process-link.mjs';
import { TimeHistogram } from '../support/time-histogram.mjs';
import { ReaderTally, StreamReader } from './stream-reader.mjs';

/** What else a machine does comes in strokes: a slice in which it did is one of many. */
const SLICE_MS = 10_000;

const tally = new ReaderTally();
const readers = [];
let histogram = new TimeHistogram();
let slice = new TimeHistogram();
let slicesP99Ms = [];
let slicing;
let ended = 0;
tally.onTime = (us) => {
  histogram.add(us);
  slice.add(us);
};

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
    slice = new TimeHistogram();
    slicesP99Ms = [];
    clearInterval(slicing);
    slicing = setInterval(() => {
      slicesP99Ms.push(slice.summary().p99Ms);
      slice = new TimeHistogram();
    }, SLICE_MS);
  },
  times: () => ({ ...histogram.summary(), slicesP99Ms }),
  slowest: () => Math.min(...readers.map(({ number }) => number)),
  check({ number }) {
    const { received, missing, doubled, firstTrouble } = tally;
    const behind = readers.filter((reader) => reader.number < number).length;
    return { received, missing, doubled, behind, ended, ...(firstTrouble && { firstTrouble }) };
  },
});
