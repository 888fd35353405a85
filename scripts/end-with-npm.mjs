/**
 * A signal sent to `npm start` ends npm and the shell between, but does not reach this process: it would go on unseen
 * and keep the port. So when the shell that npm started goes, this process ends in order as well.
 */
const LOOK_EVERY_MS = 250;
const parent = process.ppid;

if (process.env.npm_lifecycle_event !== undefined) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  watch.unref();
}
