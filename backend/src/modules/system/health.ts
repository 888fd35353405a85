import { type Clock } from '@orderfox/feed';
import { type ArchiveStatus } from '../archive/archiver.js';
import { type HistoryStatus } from '../history/history-status.js';
import { type SystemPorts } from './system-state.js';

/** State of one part, in one word, with a sentence where there is something to say. */
export interface ComponentHealth {
  readonly state: string;
  readonly detail?: string;
}

/** What /health answers. `ready` decides the status: 200 or 503. */
export interface Health {
  readonly ready: boolean;
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly version: string;
  readonly simulated: boolean;
  readonly uptimeSeconds: number;
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

const DATABASE_WITHIN_MS = 2_000;
/** Feed states in which a feed does what it should. */
const WELL: ReadonlySet<string> = new Set(['LIVE', 'QUIET', 'DISABLED']);
/** States of requests to a venue in which nothing is known to be wrong. */
const REQUESTS_WELL: ReadonlySet<string> = new Set(['LIVE', 'CONNECTING', 'SYNCING']);

/**
 * Judges the process. It is ready if it can answer from its database, whose schema was brought up to date before it
 * started. A venue or a Redis that is away makes it degraded, never unready: what was recorded is still there to be read.
 */
export class HealthCheck {
  #stopping = false;
  #asking: Promise<ComponentHealth> | undefined;

  constructor(
    private readonly ports: SystemPorts,
    private readonly clock: Clock,
  ) {}

  /** From now on the process is not ready, so that nobody is sent to it any more. */
  stopping(): void {
    this.#stopping = true;
  }

  async check(): Promise<Health> {
    const { release, recorder, venues, nowMs } = this.ports;
    const database = await this.#database();
    const recording = recorder();
    const feeds = venues();
    const history = this.ports.history?.();
    const redis = this.ports.redis?.();
    const archive = this.ports.archive?.();
    const ready = database.state === 'OK' && !this.#stopping;
    const asked = feeds.flatMap(({ id, requests }) => (requests === undefined ? [] : [{ id, ...requests }]));
    const well =
      recording === 'RECORDING' &&
      (redis === undefined || redis.state === 'LIVE') &&
      archive?.state !== 'FAILING' &&
      feeds.every(({ status }) => WELL.has(status)) &&
      asked.every(({ state }) => REQUESTS_WELL.has(state));
    return {
      ready,
      status: !ready ? 'unavailable' : well ? 'ok' : 'degraded',
      version: release.version,
      simulated: release.simulated,
      uptimeSeconds: Math.floor((nowMs() - release.startedAtMs) / 1_000),
      components: {
        process: { state: this.#stopping ? 'STOPPING' : 'OK' },
        database,
        recorder: { state: recording },
        ...(history && { history: judgeHistory(history) }),
        ...(redis && {
          redis: { state: redis.state, ...(redis.state !== 'LIVE' && { detail: redis.reason }) },
        }),
        ...(archive && { archive: judgeArchive(archive) }),
        ...Object.fromEntries(
          feeds.map(({ id, status, statusReason }) => [
            `venue:${id}`,
            { state: status, ...(!WELL.has(status) && { detail: statusReason }) },
          ]),
        ),
        ...Object.fromEntries(
          asked.map(({ id, state, reason }) => [
            `requests:${id}`,
            { state, ...(!REQUESTS_WELL.has(state) && { detail: reason }) },
          ]),
        ),
      },
    };
  }

  /** One question at a time, however many ask: a load balancer must not be what overloads the database. */
  #database(): Promise<ComponentHealth> {
    this.#asking ??= this.#askDatabase().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askDatabase(): Promise<ComponentHealth> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = this.clock.after(DATABASE_WITHIN_MS, () => reject(new Error('late')));
    try {
      await Promise.race([this.ports.pingDatabase(), late]);
      return { state: 'OK' };
    } catch {
      return { state: 'UNAVAILABLE', detail: 'The database does not answer.' };
    } finally {
      timer.cancel();
    }
  }
}

/** A help and no part that anything stands on: whatever its state, nothing is degraded by it. */
function judgeHistory({ state }: HistoryStatus): ComponentHealth {
  return state === 'FAILING'
    ? { state, detail: 'The service of past liquidations gives none now; live ones are not concerned.' }
    : { state };
}

/** What is not archived is lost when the database drops it: that is worth being told while it can be mended. */
function judgeArchive({ state, detail }: ArchiveStatus): ComponentHealth {
  return state === 'FAILING' ? { state, detail } : { state };
}
