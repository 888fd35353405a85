import { type ArchiveStatus } from '../archive/archiver.js';
import { type HistoryStatus } from '../history/history-status.js';
import { type RecorderState } from '../liquidation/recorder-status.js';
import { type RedisStatus } from '../market-streams/redis-state.js';

/** What is running, since when (epoch milliseconds), on what. */
export interface Release {
  readonly version: string;
  readonly startedAtMs: number;
  readonly simulated: boolean;
}

/** What the module has to know of the rest of the system; each answer is the newest. */
export interface SystemPorts {
  readonly release: Release;
  readonly nowMs: () => number;
  readonly recorder: () => RecorderState;
  /** Cursor of the newest recorded liquidation. Rejects when the database is away. */
  readonly lastCursor: () => Promise<string>;
  /** Resolves if the database answers now. */
  readonly pingDatabase: () => Promise<void>;
  /** How the history outside stands; undefined, or absent, where none is configured. */
  readonly history?: () => HistoryStatus | undefined;
  /** How the archive stands; undefined, or absent, where nothing is archived. */
  readonly archive?: () => ArchiveStatus | undefined;
  /** How publishing to Redis stands; undefined, or absent, where none is configured. */
  readonly redis?: () => RedisStatus | undefined;
  /** How the feeds of each venue stand. */
  readonly venues: () => readonly VenueHealth[];
}

/** One venue, as far as health is concerned. */
export interface VenueHealth {
  readonly id: string;
  readonly status: string;
  readonly statusReason: string;
  /** How it stands to being asked by REST; absent where it is not asked. */
  readonly requests?: { readonly state: string; readonly reason: string };
}
