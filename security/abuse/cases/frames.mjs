import { attempt } from '../attempt.mjs';
import { RawConnection } from '../transports/raw-connection.mjs';
import { frame, OPCODE } from '../transports/frames.mjs';
import { closed, cut, either, judged } from '../wanted.mjs';

const { text, binary, continuation, ping, close, reserved } = OPCODE;
const HELLO = JSON.stringify({ type: 'ping' });

/** Sends frames on an acknowledged socket and waits for its end. */
function frames(name, sent, make, wanted, { withinMs, ...options } = {}) {
  const attack = async (target) => {
    const raw = await RawConnection.upgraded(target);
    for (const one of [make()].flat()) raw.write(one);
    return raw.finish(withinMs);
  };
  return attempt(name, sent, { socket: { make: attack, wanted } }, options);
}

/** 20,000 pieces of one message, which each have to be kept until the last has come. */
function fragments(count) {
  const pieces = [frame(text, 'x', { fin: false })];
  for (let index = 0; index < count; index += 1) pieces.push(frame(continuation, 'x', { fin: false }));
  return Buffer.concat(pieces);
}

/** Sends pings and reads nothing of what comes back. */
async function pingsUnread(target) {
  const raw = await RawConnection.upgraded(target);
  raw.tcp.pause();
  const block = Buffer.concat(Array.from({ length: 1_000 }, () => frame(ping, 'x'.repeat(125))));
  for (let index = 0; index < 100 && !raw.isOver; index += 1) {
    raw.write(block);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  raw.tcp.resume();
  return raw.finish(2_000);
}

/** Answers no ping, and says nothing else. */
async function deaf(target) {
  const raw = await RawConnection.upgraded(target);
  raw.isDeaf = true;
  return raw.finish(8_000);
}

/** What is wrong already as WebSocket, whatever the message says. */
export const FRAMES = [
  frames('frame of 65,537 bytes', 'text', () => frame(text, HELLO.padEnd(65_537)), closed(1_009)),
  frames(
    'frame that claims 2^62 bytes',
    'its head alone',
    () => frame(text, '', { length: 2n ** 62n }).subarray(0, 14),
    closed([1_009, 1_002]),
  ),
  frames(
    'message of many pieces',
    '20,000 fragments of one byte',
    () => fragments(20_000),
    closed([1_008, 1_009, 4_400]),
  ),
  frames(
    'pieces over the limit',
    '70 fragments of 1 KiB',
    () => [
      frame(text, 'x'.repeat(1_024), { fin: false }),
      ...Array.from({ length: 70 }, () => frame(continuation, 'x'.repeat(1_024), { fin: false })),
    ],
    closed(1_009),
  ),
  frames('unmasked frame', 'text', () => frame(text, HELLO, { masked: false }), closed(1_002)),
  frames(
    'reserved bit',
    'compression that nobody agreed on',
    () => frame(text, HELLO, { reserved: true }),
    closed(1_002),
  ),
  frames('unknown kind of frame', 'opcode 3', () => frame(reserved, HELLO), closed(1_002)),
  frames(
    'continuation of nothing',
    'a piece without a beginning',
    () => frame(continuation, HELLO),
    closed(1_002),
  ),
  frames(
    'ping of 126 bytes',
    'over what a control frame may have',
    () => frame(ping, 'x'.repeat(126)),
    closed(1_002),
  ),
  frames(
    'ping in two pieces',
    'a control frame must be whole',
    () => frame(ping, 'x', { fin: false }),
    closed(1_002),
  ),
  frames(
    'close with a code that may not be sent',
    '1005',
    () => frame(close, Buffer.from([0x03, 0xed])),
    closed(1_002),
  ),
  frames(
    'text that is no UTF-8',
    '`ff fe fd`',
    () => frame(text, Buffer.from([0xff, 0xfe, 0xfd])),
    closed(1_007),
  ),
  frames('binary frame', 'a good message in it', () => frame(binary, HELLO), closed([4_400, 1_003])),
  frames('empty frame', 'no bytes', () => frame(text, ''), closed(4_400)),
  frames(
    'half a frame',
    'claims 100 bytes, sends 10, then answers no ping',
    () => frame(text, 'x'.repeat(10), { length: 100 }),
    cut(8_000),
    { server: 'bare', waits: true, withinMs: 8_500 },
  ),
  attempt('100,000 pings, unread', '125 bytes each; every one asks for a pong', {
    socket: {
      make: pingsUnread,
      wanted: either(
        closed([1_008, 1_013, 1_006]),
        judged('dropped', () => 'never'),
      ),
    },
  }),
  attempt(
    'socket that answers no ping',
    'pings come every second here',
    { socket: { make: deaf, wanted: closed(1_006, { withinMs: 3_500 }) } },
    { server: 'bare', waits: true },
  ),
];
