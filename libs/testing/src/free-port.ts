import { createServer } from 'node:net';

/** Below the range from which systems hand out ports by themselves. */
const [FIRST, COUNT] = [20_000, 10_000];

/**
 * A port of this machine that nobody listens at, and that no program is given by chance: it is still free when a server that
 * had it is started again. Test processes begin to look at different places.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried += 1) {
    const port = FIRST + ((process.pid * 37 + tried) % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
