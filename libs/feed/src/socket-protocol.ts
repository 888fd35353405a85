/** One request that asks for topics, and how its answer will be recognised. */
export interface SubscribeRequest {
  /** Correlates the acknowledgement; unique per connection. */
  readonly id: string;
  readonly text: string;
  readonly topics: readonly string[];
}

/** What one text frame of a venue means for the connection. */
export type FrameReading =
  /** Market data of a wanted topic. `message` is the parsed frame, handed on to the normaliser untouched. */
  | { readonly kind: 'data'; readonly message: unknown }
  /** Data of the busy control topic that proves the route works; handed on as well when `message` is there. */
  | { readonly kind: 'control'; readonly message?: unknown }
  /**
   * The venue took a request. Matched by request id, or by topics where the venue echoes those instead.
   * `restUnknown`: the request failed because the venue carries these topics already, and which others of it are
   * carried nobody can tell; no further answer to it will come.
   */
  | {
      readonly kind: 'acknowledged';
      readonly id?: string;
      readonly topics?: readonly string[];
      readonly restUnknown?: true;
    }
  /** The venue refused a request, or these topics of it; the rest of the request counts as unanswered. */
  | {
      readonly kind: 'refused';
      readonly id?: string;
      readonly topics?: readonly string[];
      readonly reason: string;
    }
  /** Answer to our heartbeat. Proves the transport, never the data. */
  | { readonly kind: 'pong' }
  /** The venue announces that it will close this connection soon: open the next one now. */
  | { readonly kind: 'closing'; readonly reason: string }
  /** Known and of no interest. */
  | { readonly kind: 'ignored' }
  /** Not the documented shape or of no known type: counted, sampled to the log, kept out. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** How a venue wants to be talked to. Pure: no clock, no sockets; one instance serves many connections in turn. */
export interface SocketProtocol {
  /** Full address, route included. */
  readonly url: string;
  /** Packs topics into as few requests as the venue's limits allow. Ids must differ from earlier calls. */
  subscribe(topics: readonly string[]): readonly SubscribeRequest[];
  unsubscribe(topics: readonly string[]): readonly SubscribeRequest[];
  /** Reads one frame. Never throws: what cannot be read is `unreadable`. */
  read(text: string): FrameReading;
  /** Busy topic on the same connection and route, subscribed beside the wanted ones. */
  readonly controlTopic: string;
  /** After this long without any `data` or `control` frame the connection is SILENT and is rebuilt. */
  readonly controlStaleMs: number;
  /** Pause between two requests we send, in ms; covers subscribe, unsubscribe and heartbeats. */
  readonly sendPaceMs: number;
  /**
   * Text to send after `idleMs` without any frame from the venue; absent: WebSocket ping frames are sent instead.
   * `evenWhenBusy`: every `idleMs` whatever comes, for venues that cut a client that does not ping.
   */
  readonly heartbeat: {
    readonly text?: string;
    readonly idleMs: number;
    readonly answerWithinMs: number;
    readonly evenWhenBusy?: boolean;
  };
  /** A connection is replaced, overlapping, at this age, before the venue cuts it. */
  readonly maxAgeMs: number;
  /** Largest frame that is accepted, in bytes. */
  readonly maxFrameBytes: number;
}
