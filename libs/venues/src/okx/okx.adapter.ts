import { type FrameReading, type SocketProtocol } from '@orderfox/feed';
import {
  CONTROL,
  IGNORED,
  MAX_FRAME_BYTES,
  PONG,
  readObjectFrame,
  refused,
  unreadable,
} from '../frame-text.js';
import { requestPacker } from '../subscribe-requests.js';
import { joinAddress } from '../venue-address.js';
import { type VenueAdapter } from '../venue-adapter.js';
import { isRecord, type Unchecked } from '../wire-row.js';
import { requireLiveOkx } from './okx.address.js';
import { type ChannelArgument, type EventFrame, type LiquidationPush } from './okx.messages.js';
import { normaliseLiquidationOrders } from './okx.normalize.js';
import { listOkxInstruments, listOkxVolumes } from './okx.symbols.js';

/** Topics are written `channel:subject`; the subject is an instrument type or an instrument. */
const LIQUIDATIONS = 'liquidation-orders:SWAP';
/** Pushed on every change, every 200 ms at most, and every 10 s without one. */
const CONTROL_TOPIC = 'mark-price:BTC-USDT-SWAP';

/**
 * OKX perpetual swaps: one channel carries the forced orders of all of them, in contracts. Source: OKX API pages and
 * change log, read until 2026-08.
 */
export const okx: VenueAdapter = {
  id: 'okx',
  name: 'OKX',
  completeness: 'UNKNOWN',
  completenessNote:
    'OKX says that its feed does not represent all liquidations and no longer says what is left out (OKX API pages, Liquidation orders channel, 2026-05).',
  roots: { ws: 'wss://ws.okx.com:8443', rest: 'https://www.okx.com' },
  listInstruments: (http, roots, onUnreadable) => listOkxInstruments(http, roots.rest, onUnreadable),
  listVolumes24h: (http, roots) => listOkxVolumes(http, roots.rest),
  feeds: (context) => [
    {
      stream: 'liquidations',
      recorded: true,
      protocol: okxProtocol(context.roots.ws),
      topics: () => [LIQUIDATIONS],
      normalise: (message, receivedTimeMs) =>
        normaliseLiquidationOrders(message, {
          venue: 'okx',
          instruments: context.instruments,
          records: (symbol) => context.records(symbol),
          receivedTimeMs,
        }),
    },
  ],
};

function okxProtocol(root: string): SocketProtocol {
  requireLiveOkx(root);
  // All arguments of a request together: 64 KB. A topic grows when it is written out as an object.
  const pack = requestPacker({ topics: 300, characters: 16_000 }, (id, op, topics) =>
    JSON.stringify({ id: String(id), op, args: topics.map(argumentOf) }),
  );
  return {
    url: joinAddress(root, '/ws/v5/public'),
    subscribe: (topics) => pack('subscribe', topics),
    unsubscribe: (topics) => pack('unsubscribe', topics),
    read: (text) => (text === 'pong' ? PONG : readObjectFrame(text, readFrame)),
    controlTopic: CONTROL_TOPIC,
    controlStaleMs: 30_000,
    // 480 operations per hour and connection; this feed needs two.
    sendPaceMs: 500,
    // The venue cuts a connection on which nothing was pushed for 30 s; it wants this bare text.
    heartbeat: { text: 'ping', idleMs: 20_000, answerWithinMs: 10_000 },
    // No limit is documented. Replaced all the same, so that the way is walked before it is needed.
    maxAgeMs: 7 * 24 * 3_600_000,
    maxFrameBytes: MAX_FRAME_BYTES,
  };
}

function argumentOf(topic: string): ChannelArgument {
  const [channel = '', subject = ''] = topic.split(':');
  return channel === 'liquidation-orders' ? { channel, instType: subject } : { channel, instId: subject };
}

function topicOf(argument: Unchecked<ChannelArgument>): string {
  const subject = argument.instId ?? argument.instType;
  return `${nameIn(argument.channel)}:${nameIn(subject)}`;
}

function nameIn(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 64) : '';
}

function readFrame(frame: Unchecked<EventFrame & LiquidationPush>): FrameReading {
  if (frame.event !== undefined) return readEvent(frame);
  if (!isRecord(frame.arg)) return unreadable('neither data nor an event');
  const argument: Unchecked<ChannelArgument> = frame.arg;
  if (argument.channel === 'liquidation-orders') return { kind: 'data', message: frame };
  return topicOf(argument) === CONTROL_TOPIC ? CONTROL : unreadable('a channel that was not asked for');
}

function readEvent(frame: Unchecked<EventFrame>): FrameReading {
  const words = `code ${nameIn(frame.code)}: ${typeof frame.msg === 'string' ? frame.msg : 'no message'}`;
  switch (frame.event) {
    case 'subscribe':
    case 'unsubscribe':
      // One bad argument fails alone, so answers are matched by argument and not by request.
      return isRecord(frame.arg)
        ? { kind: 'acknowledged', topics: [topicOf(frame.arg)] }
        : unreadable('an acknowledgement without its argument');
    case 'error':
      return refused(words, {
        id: typeof frame.id === 'string' && frame.id !== '' ? frame.id.slice(0, 32) : undefined,
        topics: isRecord(frame.arg) ? [topicOf(frame.arg)] : topicsIn(frame.msg),
      });
    case 'channel-conn-count-error':
      return refused(words, {});
    case 'notice':
      // 64008: the gateway will close this connection for an upgrade, in 30 to 60 s.
      return frame.code === '64008'
        ? { kind: 'closing', reason: words.slice(0, 200).toWellFormed() }
        : IGNORED;
    case 'channel-conn-count':
    case 'login':
      return IGNORED;
    default:
      return unreadable('an event of unknown kind');
  }
}

/** `Wrong URL or channel:mark-price,instId:X doesn't exist. ...`: the topic, where the words name it. */
function topicsIn(message: unknown): readonly string[] {
  if (typeof message !== 'string') return [];
  const channel = /channel:\s*([\w-]+)/.exec(message)?.[1];
  const subject = /inst(?:Id|Type):\s*([\w-]+)/.exec(message)?.[1];
  return channel !== undefined && subject !== undefined ? [`${channel}:${subject}`] : [];
}
