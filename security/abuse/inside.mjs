/**
 * Loaded into the server before its own code (`node --import`), so that the unchanged program can be asked, over the
 * channel to the process that started it, for what cannot be seen from outside: its memory, how long its event loop
 * stood still since the last question, and whether anybody has written onto the prototype of all objects.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MiB = 1_048_576;
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('message', ({ id, isCollected }) => {
  if (isCollected) collect();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  // In a for-in loop, which is where it would do harm.
  const polluted = [];
  for (const name in {}) polluted.push(name);
  if ({}.polluted !== undefined) polluted.push('polluted');
  process.send({
    id,
    rssMiB: rss / MiB,
    usedMiB: (heapUsed + external + arrayBuffers) / MiB,
    stallMs: delay.max / 1e6,
    polluted,
  });
  delay.reset();
});
// Whoever started it is gone: nobody else would end it.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
