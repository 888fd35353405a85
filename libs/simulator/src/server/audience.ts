import type { LedgerEvent } from '../truth-ledger.js';
import type { ClientConnection } from './client-connection.js';
import type { Broadcast } from './venue-protocol.js';
import type { VenueSession } from './venue-session.js';

/** The clients of one venue, and who of them hears what. */
export class Audience {
  private readonly sessions = new Set<VenueSession>();
  private recordedTopics: ReadonlySet<string> = new Set();

  admit(session: VenueSession): void {
    this.sessions.add(session);
  }

  leave(session: VenueSession): void {
    this.sessions.delete(session);
  }

  /** Every connection that is not closed yet, half-open ones included. */
  connections(): readonly ClientConnection[] {
    return [...this.sessions].map(({ connection }) => connection);
  }

  /** Clients that would receive liquidations. */
  liquidationListeners(): number {
    return this.listening().filter((session) => session.hearsLiquidations()).length;
  }

  /** Clients that would receive this topic. */
  carriedBy(topic: string): number {
    return this.listening().filter((session) => session.carries(topic)).length;
  }

  /** Topics that at least one client carries and no recording plays. */
  wantedTopics(): ReadonlySet<string> {
    const wanted = new Set<string>();
    for (const session of this.sessions) {
      for (const topic of session.topics) {
        if (session.carries(topic) && !this.recordedTopics.has(topic)) wanted.add(topic);
      }
    }
    return wanted;
  }

  /** Leaves these topics to a recording: their own stream pauses. An empty set takes them back. */
  yieldTopics(topics: ReadonlySet<string>): void {
    this.recordedTopics = topics;
  }

  /** True if the topic is left to a recording. */
  recorded(topic: string): boolean {
    return this.recordedTopics.has(topic);
  }

  /** Sends to every client once per topic it carries. */
  tell({ topics, payload }: Broadcast, events: readonly LedgerEvent[]): void {
    for (const session of this.sessions) {
      for (const topic of topics) {
        if (session.carries(topic)) push(session, session.frame(payload, topic), events);
      }
    }
  }

  /** Sends a recorded frame to the clients of its topic, or to all that listen to liquidations. */
  tellRecorded(text: string, topic: string | undefined, events: readonly LedgerEvent[]): void {
    for (const session of this.sessions) {
      if (topic === undefined ? session.hearsLiquidations() : session.carries(topic)) {
        push(session, session.envelope(text), events);
      }
    }
  }

  /** Sends bytes to every open client; returns to how many. */
  inject(bytes: Buffer, binary: boolean): number {
    const open = this.connections().filter((connection) => connection.open);
    for (const connection of open) connection.inject(bytes, binary);
    return open.length;
  }

  /** Bytes waiting for the slowest client. */
  bufferedBytes(): number {
    return Math.max(0, ...this.connections().map(({ bufferedBytes }) => bufferedBytes));
  }

  private listening(): readonly VenueSession[] {
    return [...this.sessions].filter(({ connection }) => connection.open && !connection.halfOpen);
  }
}

function push(session: VenueSession, text: string, events: readonly LedgerEvent[]): void {
  session.connection.push({ text, kind: events.length > 0 ? 'LIQUIDATIONS' : 'CONTROL', events });
}
