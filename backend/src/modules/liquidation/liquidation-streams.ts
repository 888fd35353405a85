import { Injectable } from '@nestjs/common';
import { type RecordedLiquidation } from '@orderfox/domain';
import { resumeStream, type ResumeSource } from '@orderfox/fanout';
import { ApiError } from '../../core/graphql-errors.js';
import { MarketBus } from '../../core/market-bus.js';
import { CursorCodec } from './liquidation-cursor.js';
import { matches, type LiquidationQuery } from './liquidation-query.js';
import { LiquidationRepository } from './liquidation.repository.js';

/** Opens streams of recorded liquidations: from now on, or from a cursor without a seam. */
@Injectable()
export class LiquidationStreams {
  constructor(
    private readonly repository: LiquidationRepository,
    private readonly bus: MarketBus,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Starts listening. Rejects with ApiError BAD_USER_INPUT or CURSOR_EXPIRED for a cursor that cannot be gone on from.
   * The stream ends with SLOW_CONSUMER, and the cursor to resume at, for a reader that is too slow or when the
   * transport aborts `tooSlow`.
   */
  async open(
    query: LiquidationQuery,
    after?: string,
    tooSlow?: AbortSignal,
  ): Promise<AsyncIterableIterator<RecordedLiquidation, undefined>> {
    const position = after === undefined ? undefined : await this.#resumeAt(after);
    return resumeStream(this.#source(query), {
      ...(position !== undefined && { after: position }),
      ...(tooSlow && { tooSlow }),
      slowError: (seq) =>
        new ApiError('SLOW_CONSUMER', 'You read more slowly than events come; resume with the cursor given', {
          ...(seq !== undefined && { cursor: this.cursors.encode(seq) }),
        }),
    });
  }

  /** The seq that older rows lie below. Throws like `open`, but a page may begin below the oldest row: it is empty. */
  async pageBefore(after: string): Promise<number> {
    const { seq } = await this.#check(after);
    return seq;
  }

  async #resumeAt(after: string): Promise<number> {
    const { seq, oldestSeq } = await this.#check(after);
    if (seq + 1 < oldestSeq) throw this.#expired('what came after this cursor is no longer kept', oldestSeq);
    return seq;
  }

  async #check(after: string): Promise<{ readonly seq: number; readonly oldestSeq: number }> {
    const { storeId, seq } = this.cursors.decode(after);
    const { lastSeq, oldestSeq } = await this.repository.latest();
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

  #source(query: LiquidationQuery): ResumeSource<RecordedLiquidation> {
    return {
      subscribeLive: (listener) =>
        this.bus.subscribe('liquidation-recorded', ({ liquidation }) => {
          if (matches(liquidation, query)) listener(liquidation);
        }),
      readAfter: (after, upTo, limit) => this.repository.readAfter(query, after, upTo, limit),
      latest: async () => (await this.repository.latest()).lastSeq,
      positionOf: ({ seq }) => seq,
    };
  }
}
