import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liquidationForTests, liquidationsForTests } from '../../testing/liquidations-for-tests.js';
import { LiquidationSpool, type SpoolDamage, SpoolFullError } from './liquidation-spool.js';

let directory: string;
let path: string;
let damage: SpoolDamage[];
let spools: LiquidationSpool[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orderfox-spool-'));
  path = join(directory, 'liquidations.spool');
  damage = [];
  spools = [];
});
afterEach(async () => {
  for (const spool of spools) await spool.close();
  await rm(directory, { recursive: true });
});

async function opened(limitBytes?: number): Promise<LiquidationSpool> {
  const onDamage = (found: SpoolDamage) => void damage.push(found);
  const spool = new LiquidationSpool({ path, onDamage, ...(limitBytes !== undefined && { limitBytes }) });
  spools.push(spool);
  await spool.open();
  return spool;
}

describe('LiquidationSpool', () => {
  test('gives events back exactly, in order, from the head on, until they are released', async () => {
    const spool = await opened();
    const events = [
      liquidationForTests(0, { raw: '{"a":"ä\\n\\u0000"}\nsecond line' }),
      ...liquidationsForTests(9, 1),
    ];
    await spool.append(events.slice(0, 6));
    await spool.append(events.slice(6));
    const first = await spool.read(4);
    expect(first.events).toEqual(events.slice(0, 4));
    await expect(spool.read(4)).resolves.toEqual(first);
    await spool.release(first);
    const rest = await spool.read(100);
    expect(rest.events).toEqual(events.slice(4));
    expect([spool.waiting, damage]).toEqual([6, []]);
  });

  test('empties the file when the last event is released, and starts over', async () => {
    const spool = await opened();
    await spool.append(liquidationsForTests(3));
    await spool.release(await spool.read(10));
    expect([spool.waiting, spool.bytes, (await stat(path)).size]).toEqual([0, 0, 0]);
    await spool.append(liquidationsForTests(1, 5));
    expect((await spool.read(10)).events).toEqual(liquidationsForTests(1, 5));
  });

  test('keeps what is appended while it is being read', async () => {
    const spool = await opened();
    await spool.append(liquidationsForTests(3));
    const batch = await spool.read(10);
    await spool.append(liquidationsForTests(2, 3));
    await spool.release(batch);
    expect((await spool.read(10)).events).toEqual(liquidationsForTests(2, 3));
  });

  test('is found again by the next process', async () => {
    await (await opened()).append(liquidationsForTests(5));
    const next = await opened();
    expect(next.waiting).toBe(5);
    expect((await next.read(10)).events).toEqual(liquidationsForTests(5));
  });

  test('cuts a last line that was torn by a kill, says so, and goes on behind the whole ones', async () => {
    await (await opened()).append(liquidationsForTests(3));
    const text = await readFile(path);
    await writeFile(path, text.subarray(0, text.length - 20));
    const next = await opened();
    expect(damage).toEqual([{ lines: 0, tornBytes: expect.any(Number) }]);
    expect([next.waiting, next.damaged]).toEqual([2, 1]);
    await next.append(liquidationsForTests(1, 7));
    expect((await next.read(10)).events).toEqual([...liquidationsForTests(2), liquidationForTests(7)]);
  });

  test('leaves out a line with a flipped bit, says so, and reads the others', async () => {
    await (await opened()).append(liquidationsForTests(3));
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('BTCUSDT:1', 'BTCUSDT:9'));
    const next = await opened();
    const batch = await next.read(10);
    expect(batch.events).toEqual([liquidationForTests(0), liquidationForTests(2)]);
    expect([batch.lines, next.damaged, damage]).toEqual([3, 1, [{ lines: 1, tornBytes: 0 }]]);
    await next.release(batch);
    expect(next.waiting).toBe(0);
  });

  test('survives a file of rubbish and one of zeros', async () => {
    await writeFile(path, Buffer.alloc(5_000_000));
    const zeros = await opened();
    expect([zeros.waiting, (await stat(path)).size]).toEqual([0, 0]);
    await writeFile(path, `${'rubbish '.repeat(200_000)}\n\n\n`);
    const rubbish = await opened();
    const batch = await rubbish.read(100);
    expect([batch.events, batch.lines, rubbish.waiting]).toEqual([[], 3, 3]);
  });

  test('reads a line that is longer than its usual buffer', async () => {
    const spool = await opened();
    const long = liquidationForTests(1, { raw: 'x'.repeat(3_000_000) });
    await spool.append([liquidationForTests(0), long, liquidationForTests(2)]);
    const batch = await spool.read(10);
    expect(batch.events).toEqual([liquidationForTests(0), long, liquidationForTests(2)]);
  });

  test('refuses what exceeds its limit without writing any of it', async () => {
    const spool = await opened(1_500);
    await spool.append(liquidationsForTests(2));
    await expect(spool.append(liquidationsForTests(2, 2))).rejects.toBeInstanceOf(SpoolFullError);
    expect(spool.waiting).toBe(2);
    expect((await spool.read(10)).events).toEqual(liquidationsForTests(2));
    await spool.release(await spool.read(10));
    await spool.append(liquidationsForTests(2, 2));
  });

  test('reports a place that cannot be written, and works once it can be', async () => {
    path = join(directory, 'not there yet', 'liquidations.spool');
    const spool = new LiquidationSpool({ path, onDamage: () => undefined });
    spools.push(spool);
    await expect(spool.open()).rejects.toThrow('ENOENT');
    await expect(spool.append(liquidationsForTests(1))).rejects.toThrow('ENOENT');
    expect(spool.waiting).toBe(0);
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(directory, 'not there yet'));
    await spool.append(liquidationsForTests(1));
    expect(spool.waiting).toBe(1);
  });

  test('lets no other user read it', async () => {
    await opened();
    const file = await open(path);
    expect((await file.stat()).mode & 0o777).toBe(0o600);
    await file.close();
  });
});
