import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Now } from '../../core/now.js';
import { ageText } from '../../core/time-text.js';
import { Connection } from '../../graphql/connection.js';
import { SymbolStore } from '../symbols/symbol-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { basisValue, fundingValue, openInterestValue, type LineValue } from './line-text.js';
import { MarketLineStore, type LineTrouble } from './market-line-store.js';

/** What the line says of one kind of figure. */
interface LinePart {
  readonly name: string;
  readonly hint: string;
  readonly venues: readonly { readonly id: string; readonly name: string; readonly value: LineValue }[];
  /** What is wrong with all of them. */
  readonly trouble: string;
}

/** Open interest and funding of the market that the page shows, venue by venue, and its basis, each with its age. */
@Component({
  selector: 'of-market-line',
  templateUrl: './market-line.html',
  host: { class: 'market-line', role: 'region', 'aria-label': 'Open interest, funding and basis' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class MarketLine {
  readonly #now = inject(Now);
  readonly #symbols = inject(SymbolStore);
  readonly #venues = inject(VenueStore);
  readonly #connection = inject(Connection);
  protected readonly store = inject(MarketLineStore);

  readonly #baseAsset = computed(() => {
    const symbol = this.store.symbol();
    return this.#symbols.symbols().find(({ id }) => id === symbol)?.baseAsset ?? '';
  });
  /** What was told before the server was lost is shown with its age, and as old. */
  readonly #isLost = computed(() => this.#connection.lostSinceMs() !== undefined);

  protected readonly parts = computed<readonly LinePart[]>(() => {
    const nowMs = this.#now.ms();
    const basis = this.store.basis();
    return [
      this.#part(
        'Open interest',
        'Contracts that are open, one side of each, in dollars and in coins',
        [...this.store.openInterest().values()].map((state) => ({
          id: state.venue,
          value: openInterestValue(state, this.#baseAsset(), nowMs),
        })),
        this.store.openInterestTrouble(),
      ),
      this.#part(
        'Funding',
        'What longs pay to shorts at the end of each interval, brought to a year; and when the next one is due',
        [...this.store.funding().values()].map((state) => ({
          id: state.venue,
          value: fundingValue(state, nowMs),
        })),
        this.store.fundingTrouble(),
      ),
      this.#part(
        'Basis',
        'How far the price of Binance lies above that of the USDC swap of OKX; below zero: under it',
        basis === undefined ? [] : [{ id: '', value: basisValue(basis, nowMs) }],
        this.store.basisTrouble(),
      ),
    ];
  });

  #part(
    name: string,
    hint: string,
    values: readonly { readonly id: string; readonly value: LineValue }[],
    trouble: LineTrouble | undefined,
  ): LinePart {
    const since = trouble === undefined ? '' : ageText(this.#now.viewerMs() - trouble.sinceMs);
    return {
      name,
      hint,
      venues: values.map(({ id, value }) => ({
        id,
        name: this.#venues.nameOf(id),
        value: { ...value, isOld: value.isOld || this.#isLost() || trouble !== undefined },
      })),
      trouble: trouble === undefined ? '' : `${trouble.message} (${since})`,
    };
  }
}
