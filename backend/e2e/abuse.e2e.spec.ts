import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const SCRIPT = join(import.meta.dirname, '../../security/abuse.mjs');

interface Transport {
  readonly answer: string;
  readonly asWanted: boolean;
}

interface Report {
  readonly attempts: readonly {
    readonly group: string;
    readonly attempt: string;
    readonly http?: Transport;
    readonly socket?: Transport;
  }[];
  readonly healthy: { readonly events: { readonly count: number }; readonly complaints: readonly string[] };
  readonly problems: readonly string[];
}

/** Runs the script as a user does, on what is built. */
async function abuse(...options: readonly string[]): Promise<{ code: number | null; report: Report }> {
  const child = spawn(process.execPath, [SCRIPT, '--built', '--json', ...options], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, report: JSON.parse(output) as Report };
}

describe('npm run abuse', () => {
  test('finds every attempt refused as wanted, and nobody else disturbed', async () => {
    const { code, report } = await abuse();
    expect(report.problems).toEqual([]);
    expect(code).toBe(0);
    expect(report.attempts.filter(({ http }) => http !== undefined).length).toBeGreaterThan(90);
    expect(report.attempts.filter(({ socket }) => socket !== undefined).length).toBeGreaterThan(140);
    expect(report.healthy.complaints).toEqual([]);
    // Ten a second while the longest attempt waits, for ten seconds: a fast machine is done soon after.
    expect(report.healthy.events.count).toBeGreaterThan(60);
  }, 120_000);

  test('ends with 1 and names the attempt where a limit is not kept', async () => {
    const { code, report } = await abuse('--only', '16 aliases', '--set', 'MAX_QUERY_ALIASES=100');
    expect(code).toBe(1);
    expect(report.attempts).toMatchObject([{ http: { asWanted: false }, socket: { asWanted: false } }]);
    expect(report.problems).toEqual([
      expect.stringMatching(/^Documents, 16 aliases, HTTP: status 200 /),
      expect.stringMatching(/^Documents, 16 aliases, WebSocket: no error with this code/),
    ]);
  }, 60_000);
});
