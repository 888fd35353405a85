import { compareDecimals, type RecordedLiquidation } from '@orderfox/domain';
import { EventStream, EventTopic, SharedAnswer, type EventSource } from '@orderfox/fanout';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ApiError } from '../../core/graphql-errors.js';
import { MarketBus } from '../../core/market-bus.js';
import { endOfTurn } from '../../core/turns.js';
import { SymbolInterest } from '../symbols/symbol-interest.js';
import { CursorCodec } from './liquidation-cursor.js';
import { matches, type LiquidationQuery } from './liquidation-query.js';
import { LiquidationRepository, type StreamPosition } from './liquidation.repository.js';

/** A wish for recorded liquidations. */
export type LiquidationStream = EventStream<RecordedLiquidation, LiquidationQuery>;

/** The stream of recorded liquidations: from now on, or from a cursor without a seam. */
@Injectable()
export class LiquidationStreams implements OnApplicationShutdown {
  readonly #topic: EventTopic<RecordedLiquidation, LiquidationQuery>;
  readonly #log = new Logger(LiquidationStreams.name);
  /** One question to the database for all who come back at the same time. */
  readonly #latest: SharedAnswer<StreamPosition>;

  constructor(
    private readonly repository: LiquidationRepository,
    private readonly bus: MarketBus,
    private readonly cursors: CursorCodec,
    interest: SymbolInterest,
  ) {
    this.#latest = new SharedAnswer(() => repository.latest());
    this.#topic = new EventTopic(this.#source(), endOfTurn, (error) => this.#log.error(error));
    interest.watchedThrough(() => this.#watched());
  }

  onApplicationShutdown(): void {
    this.#topic.close();
  }

  /** Rejects with ApiError BAD_USER_INPUT or CURSOR_EXPIRED for a cursor that cannot be gone on from. */
  async open(query: LiquidationQuery, after?: string): Promise<LiquidationStream> {
    const position = after === undefined ? undefined : await this.#resumeAt(after);
    return new EventStream(this.#topic, query, position, (seq) => this.#slowError(seq));
  }

  /** The seq that older rows lie below. Throws like `open`, but a page may begin below the oldest row: it is empty. */
  async pageBefore(after: string): Promise<number> {
    const { seq } = await this.#check(after);
    return seq;
  }

  /** The markets that subscribers name; who takes all of them watches none in particular. */
  *#watched(): Iterable<string> {
    for (const { symbols = [] } of this.#topic.filters()) yield* symbols;
  }

  async #resumeAt(after: string): Promise<number> {
    const { seq, oldestSeq } = await this.#check(after);
    if (seq + 1 < oldestSeq) throw this.#expired('what came after this cursor is no longer kept', oldestSeq);
    return seq;
  }

  async #check(after: string): Promise<{ readonly seq: number; readonly oldestSeq: number }> {
    const { storeId, seq } = this.cursors.decode(after);
    const { lastSeq, oldestSeq } = await this.#latest.get();
    if (storeId !== this.cursors.storeId || seq > lastSeq) {
      throw this.#expired('this cursor is of another database than the one in use now', oldestSeq);
    }
    return { seq, oldestSeq };
  }

  #expired(reason: string, oldestSeq: number): ApiError {
    return new ApiError('CURSOR_EXPIRED', `after: ${reason}; go on from oldestCursor`, {
      argument: 'after',
      // Everything that is kept lies after it.
      oldestCursor: this.cursors.encode(Math.max(0, oldestSeq - 1)),
    });
  }

  #slowError(seq: number | undefined): ApiError {
    return new ApiError(
      'SLOW_CONSUMER',
      'You read more slowly than events come; resume with the cursor given',
      {
        ...(seq !== undefined && { cursor: this.cursors.encode(seq) }),
      },
    );
  }

  #source(): EventSource<RecordedLiquidation, LiquidationQuery> {
    return {
      subscribeLive: (listener) =>
        this.bus.subscribe('liquidation-recorded', ({ liquidation }) => listener(liquidation)),
      readAfter: (query, after, upTo, limit) => this.repository.readAfter(query, after, upTo, limit),
      latest: async () => (await this.#latest.get()).lastSeq,
      positionOf: ({ seq }) => seq,
      matches,
      indexed: ({ symbols, venues, liquidatedSide, minNotionalUsd, fromMs, toMs }) => ({
        indexed: {
          keys: [symbols, venues, liquidatedSide && [liquidatedSide]],
          ...(minNotionalUsd !== undefined && { atLeast: minNotionalUsd }),
        },
        isWhole: fromMs === undefined && toMs === undefined,
      }),
      lookup: ({ symbol, venue, liquidatedSide, notionalUsd }) => ({
        values: [symbol, venue, liquidatedSide],
        size: notionalUsd,
      }),
      compareSizes: compareDecimals,
    };
  }
}
