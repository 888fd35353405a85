import { describe, expect, test } from '@jest/globals';
import { readTexts } from './frame-reader-for-tests.js';
import { MessageBatch } from './message-batch.js';

const MESSAGES = [
  '{"id":"1","type":"next","payload":{"a":"é"}}',
  '{"type":"pong"}',
  '{"id":"2","payload":{}}',
];

function batchOf(...messages: readonly (readonly [head: string, body: string])[]): MessageBatch {
  const batch = new MessageBatch();
  for (const [head, body] of messages) batch.add(head, Buffer.from(body));
  return batch;
}

const make = () =>
  batchOf(
    ['{"id":"1","type":"next","payload":', '{"a":"é"}'],
    ['', '{"type":"pong"}'],
    ['{"id":"2","payload":', '{}'],
  );

describe('MessageBatch', () => {
  test('writes its messages as frames, closing what a head opens, and knows their size before', () => {
    const batch = make();
    const target = Buffer.alloc(batch.bytes + 10);
    batch.writeFrames(target, 7);
    expect(readTexts(target.subarray(7, 7 + batch.bytes))).toEqual(MESSAGES);
    expect([batch.messages, target[6], target[7 + batch.bytes]]).toEqual([3, 0, 0]);
  });

  test('gives the same messages without frames', () => {
    expect([...make().payloads()].map(String)).toEqual(MESSAGES);
  });

  test('takes up what comes after it', () => {
    const batch = batchOf(['', 'first']);
    batch.append(batchOf(['', 'second'], ['', 'third']));
    expect([...batch.payloads()].map(String)).toEqual(['first', 'second', 'third']);
    expect([batch.messages, batch.bytes]).toEqual([3, 7 + 8 + 7]);
  });
});
