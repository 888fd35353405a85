import { type Clock, type Timer } from '@orderfox/feed';
import { type RedisLink } from './redis-link.js';
import { pairs } from './redis-streams.js';
import { type StreamKind } from './stream-entry.js';

/** How often Redis is asked for these figures. */
const SURVEY_EVERY_MS = 15_000;

/** What Redis holds of ours. */
export interface SurveyFigures {
  /** Entries of all streams of a kind. */
  readonly lengths: ReadonlyMap<StreamKind, number>;
  /** Entries that readers in groups took and have not acknowledged. */
  readonly pending: ReadonlyMap<StreamKind, number>;
  /** Bytes that all of Redis uses; undefined where it does not say. */
  readonly memoryBytes: number | undefined;
}

/** What a survey works with. */
export interface StreamSurveyParts {
  readonly link: Pick<RedisLink, 'run' | 'fail' | 'isReady'>;
  readonly streams: () => readonly { readonly key: string; readonly kind: StreamKind }[];
  readonly clock: Pick<Clock, 'after'>;
}

/** Asks Redis now and then how long the streams are, how far their readers are behind, and how much memory it uses. */
export class StreamSurvey {
  #timer: Timer | undefined;
  #figures: SurveyFigures | undefined;
  #isStopped = false;

  constructor(private readonly parts: StreamSurveyParts) {}

  /** As they were asked for last; undefined while Redis is away. */
  get figures(): SurveyFigures | undefined {
    return this.parts.link.isReady ? this.#figures : undefined;
  }

  /** Begins to ask; a second call asks at once. */
  start(): void {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    void this.#ask().finally(() => {
      if (this.#isStopped) return;
      this.#timer?.cancel();
      this.#timer = this.parts.clock.after(SURVEY_EVERY_MS, () => this.start());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    const { link, streams } = this.parts;
    if (!link.isReady) return;
    const [lengths, pending] = [new Map<StreamKind, number>(), new Map<StreamKind, number>()];
    const add = (to: Map<StreamKind, number>, kind: StreamKind, count: number) =>
      void to.set(kind, (to.get(kind) ?? 0) + count);
    try {
      await link.run(async (redis) => {
        const memory = redis.sendCommand(['INFO', 'memory']).then(bytesOf, () => undefined);
        await Promise.all(
          streams().map(async ({ key, kind }) => {
            // Of a key that is not there, or holds something else, there is nothing to say.
            const [length, groups] = await Promise.all([
              redis.sendCommand(['XLEN', key]).then(Number, () => 0),
              redis.sendCommand(['XINFO', 'GROUPS', key]).then(pendingOf, () => 0),
            ]);
            add(lengths, kind, length);
            add(pending, kind, groups);
          }),
        );
        this.#figures = { lengths, pending, memoryBytes: await memory };
      });
    } catch (error) {
      link.fail(error);
    }
  }
}

function pendingOf(groups: unknown): number {
  const all = Array.isArray(groups) ? (groups as readonly unknown[]) : [];
  return all.reduce<number>((sum, group) => sum + Number(pairs(group).get('pending') ?? 0), 0);
}

function bytesOf(info: unknown): number | undefined {
  const used = /used_memory:(\d+)/.exec(String(info))?.[1];
  return used === undefined ? undefined : Number(used);
}
