import { type BookQueryReader } from '../books/book-query-reader.js';
import { basisPairOf, type BasisPair } from './basis-pair.js';

/** Turns the name of any market of a coin into the pair of that coin. */
export class BasisQuestion {
  constructor(private readonly questions: Pick<BookQueryReader, 'symbol'>) {}

  /** Rejects with ApiError: UNKNOWN_SYMBOL; UNAVAILABLE where a list of contracts is not loaded. */
  async pair(name: string): Promise<BasisPair> {
    const { baseAsset } = await this.questions.symbol(name);
    return basisPairOf(baseAsset);
  }
}
