import type { ClientConnection } from './client-connection.js';

/** What one client has asked one venue for, and how the venue talks to it. One per connection. */
export abstract class VenueSession {
  /** Topics the client is subscribed to, in the venue's own spelling. */
  readonly topics = new Set<string>();

  constructor(readonly connection: ClientConnection) {}

  /** A text or binary frame of the client. */
  abstract receive(text: string): void;

  /** A WebSocket ping or pong of the client. */
  controlFrame?(kind: 'PING' | 'PONG'): void;

  /** The connection is gone: timers end. */
  abstract ended(): void;

  /** True if data of this topic flows here: subscribed, and on the right route. */
  carries(topic: string): boolean {
    return this.topics.has(topic);
  }

  /** True if the client listens to liquidations of any kind on the right route. */
  abstract hearsLiquidations(): boolean;

  /** The frame for this client around a payload. */
  abstract frame(payload: string, topic: string): string;

  /** A recorded frame in the envelope this client asked for. */
  envelope(text: string): string {
    return text;
  }
}
