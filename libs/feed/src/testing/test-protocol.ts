import { type FrameReading, type SocketProtocol, type SubscribeRequest } from '../socket-protocol.js';

/** A request as the test venue receives it. */
export interface TestRequest {
  readonly op: 'subscribe' | 'unsubscribe';
  readonly id: string;
  readonly topics: readonly string[];
}

/** How many topics one request holds. */
export const TOPICS_PER_REQUEST = 4;

/**
 * A made-up venue's protocol: every frame is the JSON of the reading it should give, so a spec sends exactly what it
 * means. `overrides` set the figures a spec is about.
 */
export function testProtocol(url: string, overrides: Partial<SocketProtocol> = {}): SocketProtocol {
  let lastId = 0;
  const pack = (op: TestRequest['op'], topics: readonly string[]): SubscribeRequest[] => {
    const requests: SubscribeRequest[] = [];
    for (let at = 0; at < topics.length; at += TOPICS_PER_REQUEST) {
      const request: TestRequest = {
        op,
        id: String((lastId += 1)),
        topics: topics.slice(at, at + TOPICS_PER_REQUEST),
      };
      requests.push({ id: request.id, topics: request.topics, text: JSON.stringify(request) });
    }
    return requests;
  };
  return {
    url,
    subscribe: (topics) => pack('subscribe', topics),
    unsubscribe: (topics) => pack('unsubscribe', topics),
    read(text): FrameReading {
      if (text === 'pong') return { kind: 'pong' };
      if (text === 'throw') throw new Error('a bug in the reader');
      try {
        return JSON.parse(text) as FrameReading;
      } catch {
        return { kind: 'unreadable', reason: 'not JSON' };
      }
    },
    controlTopic: 'control',
    controlStaleMs: 15_000,
    sendPaceMs: 0,
    heartbeat: { text: 'ping', idleMs: 20_000, answerWithinMs: 10_000 },
    maxAgeMs: 23 * 3_600_000,
    maxFrameBytes: 65_536,
    ...overrides,
  };
}
