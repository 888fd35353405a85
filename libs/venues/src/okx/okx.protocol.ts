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
import { isRecord, type Unchecked } from '../wire-row.js';
import { requireLiveOkx } from './okx.address.js';
import { type ChannelArgument, type EventFrame, type Push } from './okx.messages.js';

/** What one connection is for. */
export interface OkxPurpose {
  /** The public or the business service. */
  readonly path: string;
  readonly controlTopic: string;
  /** True for the channels whose frames are its data. */
  readonly isChannel: (channel: string) => boolean;
  /** Reads a frame of them faster than the parser does; undefined if it has to be parsed. */
  readonly scan?: (text: string) => object | undefined;
}

/**
 * How OKX's sockets want to be talked to. Topics are written `channel:subject`; the subject is an instrument type or an
 * instrument. The control topic may be data as well: its frames are handed on then. Throws VenueError (`REFUSED`) for
 * demo trading.
 */
export function okxProtocol(root: string, purpose: OkxPurpose): SocketProtocol {
  requireLiveOkx(root);
  // All arguments of a request together: 64 KB. A topic grows when it is written out as an object.
  const pack = requestPacker({ topics: 300, characters: 16_000 }, (id, op, topics) =>
    JSON.stringify({ id: String(id), op, args: topics.map(argumentOf) }),
  );
  return {
    url: joinAddress(root, purpose.path),
    subscribe: (topics) => pack('subscribe', topics),
    unsubscribe: (topics) => pack('unsubscribe', topics),
    read: (text) => {
      if (text === 'pong') return PONG;
      const message = text.length > MAX_FRAME_BYTES ? undefined : purpose.scan?.(text);
      if (message !== undefined) return { kind: 'data', message };
      return readObjectFrame(text, (frame) => readFrame(frame, purpose));
    },
    controlTopic: purpose.controlTopic,
    controlStaleMs: 30_000,
    // 480 operations per hour and connection; a feed needs few.
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

function readFrame(frame: Unchecked<EventFrame & Push>, purpose: OkxPurpose): FrameReading {
  if (frame.event !== undefined) return readEvent(frame);
  if (!isRecord(frame.arg)) return unreadable('neither data nor an event');
  const argument: Unchecked<ChannelArgument> = frame.arg;
  const isData = purpose.isChannel(nameIn(argument.channel));
  if (topicOf(argument) === purpose.controlTopic) {
    return isData ? { kind: 'control', message: frame } : CONTROL;
  }
  return isData ? { kind: 'data', message: frame } : unreadable('a channel that was not asked for');
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
