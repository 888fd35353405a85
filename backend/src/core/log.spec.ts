import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { VenueError } from '@orderfox/feed';
import { openLog } from './log.js';

function written(error: unknown): Record<string, unknown> {
  const destination = new PassThrough();
  openLog({ level: 'info', pretty: false, destination }).warn({ err: error }, 'said');
  return JSON.parse(String(destination.read())) as Record<string, unknown>;
}

test('what a venue failed at is told in one line, without a stack', () => {
  expect(written(new VenueError('NETWORK', 'fapi.example cannot be found by name'))).toMatchObject({
    level: 'warn',
    msg: 'said',
    err: { type: 'VenueError', failure: 'NETWORK', message: 'fapi.example cannot be found by name' },
  });
  expect(JSON.stringify(written(new VenueError('NETWORK', 'x')))).not.toContain('stack');
});

test('an error that nobody expected keeps its stack', () => {
  expect(written(new Error('odd'))).toMatchObject({
    err: { message: 'odd', stack: expect.any(String) },
  });
});
