import { beforeEach, describe, expect, test } from '@jest/globals';
import { OutageLog } from './outage-log.js';
import { type Outage } from './socket-status.js';

describe('OutageLog', () => {
  let told: Outage[];
  let log: OutageLog;
  beforeEach(() => {
    told = [];
    log = new OutageLog((outage) => told.push(outage));
  });

  test('tells an outage when it begins and when it ends, under its first cause', () => {
    log.begin(100, 'DISCONNECTED', 'closed');
    log.begin(150, 'SILENT', 'nothing came');
    log.end(200);
    log.end(300);
    expect(told).toEqual([
      { fromMs: 100, cause: 'DISCONNECTED', detail: 'closed' },
      { fromMs: 100, toMs: 200, cause: 'DISCONNECTED', detail: 'closed' },
    ]);
  });

  test('knows of no outage before the first good frame', () => {
    log.begin(undefined, 'DISCONNECTED', 'refused');
    log.end(200);
    expect(told).toEqual([]);
  });

  test('F24: an outage does not end before it began when the wall clock was set back', () => {
    log.begin(5_000, 'DISCONNECTED', 'closed');
    log.end(1_000);
    expect(told.at(-1)?.toMs).toBe(5_000);
  });
});
