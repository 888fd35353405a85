import { expect, test } from '@jest/globals';
import { GraphqlSocket } from './graphql-socket.js';
import { readerQueue, type StreamTools } from './stream-reader.js';
import { platformTimers } from './timers.js';

function toolsOf(): StreamTools {
  const random = () => 0.5;
  const socket = new GraphqlSocket('ws://127.0.0.1:9', undefined, platformTimers, random, 10_000);
  return { socket, timers: platformTimers, random, open: new Set(), ask: () => Promise.reject(new Error()) };
}

const on = { drained: () => undefined, left: () => undefined };

test('the client forgets a stream that has ended, however it ended', async () => {
  const tools = toolsOf();
  const leave = new AbortController();
  const streams = [1, 2, 3].map(() => readerQueue<number>(tools, { signal: leave.signal }, on));
  expect(tools.open.size).toBe(3);
  await streams[0]?.return();
  streams[1]?.fail(new Error('over'));
  expect(tools.open.size).toBe(1);
  leave.abort();
  expect(tools.open.size).toBe(0);
});

test('a buffer holds one result at least', () => {
  expect(readerQueue<number>(toolsOf(), { bufferLimit: 0 }, on).limit).toBe(1);
});
