import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readClientMessage } from './client-message.js';

const ID_PROBLEM = 'the id must be a string of 1 to 128 characters';
const read = (message: unknown) => readClientMessage(JSON.stringify(message));

describe('readClientMessage', () => {
  test.each([
    [{ type: 'connection_init' }],
    [{ type: 'connection_init', payload: { token: 'x' } }],
    [{ type: 'ping' }],
    [{ type: 'ping', payload: { n: 1 } }],
    [{ type: 'pong' }],
    [{ type: 'complete', id: 'x'.repeat(128) }],
    [{ type: 'subscribe', id: '1', payload: { query: '{ a }', variables: { b: 1 }, operationName: 'c' } }],
  ])('reads %j as it is', (message) => {
    expect(read(message)).toEqual(message);
  });

  test.each(['connection_init', 'ping', 'pong'])('takes a payload of %s that is null for none', (type) => {
    expect(read({ type, payload: null })).toEqual({ type });
  });

  test('leaves it to the policy what an operation must have', () => {
    expect(read({ type: 'subscribe', id: '1', payload: {} })).toEqual({
      type: 'subscribe',
      id: '1',
      payload: { query: undefined },
    });
    const payload = { query: 7, variables: 'x', extensions: [] };
    expect(read({ type: 'subscribe', id: '1', payload })).toMatchObject({ payload });
  });

  test('drops members that no message has', () => {
    expect(read({ type: 'complete', id: 'a', payload: { big: 1 }, more: 2 })).toEqual({
      type: 'complete',
      id: 'a',
    });
  });

  test.each([
    ['', 'a message must be JSON'],
    ['hello', 'a message must be JSON'],
    ['{"type":"ping"', 'a message must be JSON'],
    ['{"type":"ping"}{"type":"ping"}', 'a message must be JSON'],
    ['null', 'a message must be a JSON object'],
    ['7', 'a message must be a JSON object'],
    ['"ping"', 'a message must be a JSON object'],
    ['[]', 'a message must be a JSON object'],
    ['[{"type":"ping"}]', 'a message must be a JSON object'],
    ['{}', 'unknown type of message'],
    ['{"type":null}', 'unknown type of message'],
    ['{"type":["ping"]}', 'unknown type of message'],
    ['{"type":"PING"}', 'unknown type of message'],
    ['{"type":"toString"}', 'unknown type of message'],
    ['{"type":"__proto__"}', 'unknown type of message'],
    ['{"__proto__":{"type":"ping"}}', 'unknown type of message'],
    ['{"type":"start","id":"1","payload":{}}', 'unknown type of message'],
    ['{"type":"connection_ack"}', 'unknown type of message'],
    ['{"type":"next","id":"1","payload":{}}', 'unknown type of message'],
    ['{"type":"connection_init","payload":"token"}', 'the payload of connection_init must be an object'],
    ['{"type":"ping","payload":[]}', 'the payload of ping must be an object'],
    ['{"type":"pong","payload":1}', 'the payload of pong must be an object'],
    ['{"type":"complete"}', ID_PROBLEM],
    ['{"type":"complete","id":1}', ID_PROBLEM],
    ['{"type":"subscribe","payload":{}}', ID_PROBLEM],
    ['{"type":"subscribe","id":"","payload":{}}', ID_PROBLEM],
    ['{"type":"subscribe","id":null,"payload":{}}', ID_PROBLEM],
    ['{"type":"subscribe","id":{},"payload":{}}', ID_PROBLEM],
    [`{"type":"subscribe","id":"${'x'.repeat(129)}","payload":{}}`, ID_PROBLEM],
    ['{"type":"subscribe","id":"1"}', 'the payload of subscribe must be an object'],
    ['{"type":"subscribe","id":"1","payload":null}', 'the payload of subscribe must be an object'],
    ['{"type":"subscribe","id":"1","payload":[]}', 'the payload of subscribe must be an object'],
    ['{"type":"subscribe","id":"1","payload":"{ a }"}', 'the payload of subscribe must be an object'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(readClientMessage(text)).toBe(problem);
  });

  test('never throws, and what it says fits into a close frame', () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    const type = fc.constantFrom('connection_init', 'ping', 'pong', 'subscribe', 'complete', 'x');
    const message = fc.record({ type, id: value, payload: value }, { requiredKeys: [] });
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      message.map((made) => JSON.stringify(made)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = readClientMessage(text);
        expect(typeof read === 'string' ? read.length : 0).toBeLessThan(100);
      }),
    );
  });

  test('reads a message that is nested as deeply as it is long', () => {
    const deep = `{"type":"ping","payload":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`;
    expect(readClientMessage(deep)).toMatchObject({ type: 'ping' });
  });
});
