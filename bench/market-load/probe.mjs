/** Loaded into the backend before all else: says what the process uses and how late its event loop is. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const EVERY_MS = 1_000;
/** How late a timer is that is due every 5 ms: these 5 ms are part of each value, and taken off again. */
const RESOLUTION_MS = 5;
const whole = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const newest = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

process.on('message', (message) => {
  if (message === 'begin') {
    whole.reset();
    newest.reset();
  } else if (message === 'collect') {
    // Twice: what a first pass frees may hold more.
    gc();
    gc();
    process.send?.({ collected: process.memoryUsage().heapUsed });
  }
});
whole.enable();
newest.enable();
setInterval(() => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({
    atMs: performance.now(),
    cpuMs: (user + system) / 1_000,
    ...{ rss, heapUsed, external },
    loop: delays(whole),
    loopOfSecond: delays(newest),
  });
  newest.reset();
}, EVERY_MS).unref();
process.channel?.unref();

function delays(histogram) {
  const ms = (ns) => Math.max(0, Math.round(ns / 1e4) / 100 - RESOLUTION_MS);
  return { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) };
}
