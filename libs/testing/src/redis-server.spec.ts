import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { KEEPER, RedisServer, redisForTests } from './redis-server.js';
import { waitFor } from './wait-for.js';

const { note, isMissing } = await redisForTests();
const open: RedisServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

(isMissing ? describe.skip : describe)(`RedisServer${note}`, () => {
  test('several run beside each other, each at a port and in a folder of its own, and come back where they were', async () => {
    const [a, b] = await Promise.all([RedisServer.start(), RedisServer.start()]);
    open.push(a, b);
    expect(a.port).not.toBe(b.port);
    await a.kill();
    await a.run();
  });

  test.each(['SIGKILL', 'SIGHUP', 'SIGINT'] as const)(
    'ends with the process that started it (%s)',
    async (signal) => {
      const script = `
      const { spawn } = require('node:child_process');
      const keeper = spawn('/bin/sh', ['-c', process.argv[1], 'sh', 'nohup', 'sleep', '600'], { stdio: ['pipe', 'pipe', 'ignore'] });
      keeper.stdout.pipe(process.stdout);`;
      const owner = spawn(process.execPath, ['-e', script, KEEPER], {
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      const [said] = (await once(owner.stdout, 'data')) as [Buffer];
      const pid = Number(said.toString());
      expect(existsSync(`/proc/${pid}`)).toBe(process.platform === 'linux');
      // A terminal tells all of a group at once.
      process.kill(signal === 'SIGKILL' ? Number(owner.pid) : -Number(owner.pid), signal);
      await waitFor(() => !isAlive(pid));
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
