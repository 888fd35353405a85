import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../../core/graphql-errors.js';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { SymbolInterest } from '../symbols/symbol-interest.js';
import { unknownSymbol } from '../symbols/unknown-symbol.js';
import { type LiquidationFilter } from './liquidation-arguments.type.js';
import { type LiquidationQuery } from './liquidation-query.js';
import { LiquidationRepository } from './liquidation.repository.js';

/** Injection token: identifiers of all venues that the program knows, configured or not. */
export const VENUE_IDS = Symbol('VENUE_IDS');

/**
 * Turns what a client asked for into what the store understands: names become canonical, bounds are checked. Which markets
 * are named is told to those who prepare something for them.
 */
@Injectable()
export class FilterReader {
  constructor(
    private readonly catalog: SymbolCatalog,
    private readonly repository: LiquidationRepository,
    @Inject(VENUE_IDS) private readonly venueIds: readonly string[],
    private readonly interest: SymbolInterest = new SymbolInterest(),
  ) {}

  /** Throws ApiError BAD_USER_INPUT or UNKNOWN_SYMBOL, naming the argument. */
  async read(filter: LiquidationFilter | null | undefined): Promise<LiquidationQuery> {
    if (filter === null || filter === undefined) return {};
    const { symbols, venues, liquidatedSide, minNotionalUsd, from, to } = filter;
    if (typeof from === 'number' && typeof to === 'number' && from > to) {
      throw badInput('filter.from', 'must not be after filter.to');
    }
    return {
      ...(symbols && { symbols: await this.#symbols(symbols) }),
      ...(venues && { venues: this.venues(venues, 'filter.venues') }),
      ...(liquidatedSide && { liquidatedSide }),
      ...(typeof minNotionalUsd === 'string' && { minNotionalUsd }),
      ...(typeof from === 'number' && { fromMs: from }),
      ...(typeof to === 'number' && { toMs: to }),
    };
  }

  /** The canonical name of a market by any of its names. Throws ApiError UNKNOWN_SYMBOL. */
  async symbol(name: string): Promise<string> {
    const [symbol] = await this.#symbols([name]);
    if (symbol === undefined) throw unknownSymbol(name, this.catalog);
    return symbol;
  }

  /** The venues of a list, each once. Throws ApiError BAD_USER_INPUT, which names the argument. */
  venues(names: readonly string[], argument: string): readonly string[] {
    for (const name of names) {
      if (this.venueIds.includes(name)) continue;
      throw badInput(
        argument,
        `unknown venue ${JSON.stringify(name)}; known are ${this.venueIds.join(', ')}`,
      );
    }
    return [...new Set(names)];
  }

  async #symbols(names: readonly string[]): Promise<readonly string[]> {
    if (names.length > 0) await this.catalog.ready();
    const found = new Set<string>();
    let recorded: readonly string[] | undefined;
    for (const name of names) {
      let symbol = this.catalog.find(name)?.id;
      if (symbol === undefined) {
        // What no venue lists any more, or not while none can be reached, is still in the record.
        recorded ??= await this.repository.symbols();
        symbol = recorded.find((id) => id === name.toUpperCase());
      }
      if (symbol === undefined) throw unknownSymbol(name, this.catalog);
      found.add(symbol);
      this.interest.asked(symbol);
    }
    return [...found];
  }
}

function badInput(argument: string, problem: string): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}
