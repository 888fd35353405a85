import {
  computed,
  DestroyRef,
  effect,
  inject,
  Injectable,
  signal,
  untracked,
  type WritableSignal,
} from '@angular/core';
import {
  BasisUpdatedDocument,
  FundingUpdatedDocument,
  OpenInterestUpdatedDocument,
  type BasisFieldsFragment,
  type FundingFieldsFragment,
  type OpenInterestFieldsFragment,
  type Stream,
} from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { CLIENT } from '../../graphql/client.js';
import { ChartStore } from '../chart/chart-store.js';

/** Why something is not told, in the words of the server, and since when by the viewer's clock. */
export interface LineTrouble {
  readonly message: string;
  readonly sinceMs: number;
}

/** States of one kind, by venue, and what is wrong with the stream that tells them. */
interface Told<T> {
  readonly states: ReadonlyMap<string, T>;
  readonly trouble: LineTrouble | undefined;
}

const nothing = <T>(): Told<T> => ({ states: new Map(), trouble: undefined });

/** Open interest and funding of the market that the page shows, of every venue, and the basis of its coin, as they are pushed. */
@Injectable({ providedIn: 'root' })
export class MarketLineStore {
  readonly #client = inject(CLIENT);
  readonly #clock = injectClock();
  readonly #openInterest = signal(nothing<OpenInterestFieldsFragment>());
  readonly #funding = signal(nothing<FundingFieldsFragment>());
  readonly #basis = signal(nothing<BasisFieldsFragment>());
  #streams: readonly Stream<unknown>[] = [];

  /** The market; undefined until it is known which one. */
  readonly symbol = inject(ChartStore).symbol;
  readonly openInterest = computed(() => this.#openInterest().states);
  readonly funding = computed(() => this.#funding().states);
  /** The basis of the coin; undefined until it was told. */
  readonly basis = computed(() => [...this.#basis().states.values()][0]);
  readonly basisTrouble = computed(() => this.#basis().trouble);
  readonly openInterestTrouble = computed(() => this.#openInterest().trouble);
  readonly fundingTrouble = computed(() => this.#funding().trouble);

  constructor() {
    effect(() => {
      const symbol = this.symbol();
      untracked(() => this.#show(symbol));
    });
    inject(DestroyRef).onDestroy(() => this.#leave());
  }

  /** Another market: nothing of the old one stays. */
  #show(symbol: string | undefined): void {
    this.#leave();
    this.#openInterest.set(nothing());
    this.#funding.set(nothing());
    this.#basis.set(nothing());
    if (symbol === undefined) return;
    this.#streams = [
      this.#follow(
        this.#openInterest,
        (onRetry) => this.#client.subscribe(OpenInterestUpdatedDocument, { symbol }, { onRetry }),
        ({ openInterestUpdated }) => [openInterestUpdated.venue, openInterestUpdated],
      ),
      this.#follow(
        this.#funding,
        (onRetry) => this.#client.subscribe(FundingUpdatedDocument, { symbol }, { onRetry }),
        ({ fundingUpdated }) => [fundingUpdated.venue, fundingUpdated],
      ),
      this.#follow(
        this.#basis,
        (onRetry) => this.#client.subscribe(BasisUpdatedDocument, { symbol }, { onRetry }),
        ({ basisUpdated }) => ['', basisUpdated],
      ),
    ];
  }

  #follow<TResult, T>(
    told: WritableSignal<Told<T>>,
    open: (onRetry: (error: unknown) => void) => Stream<TResult>,
    stateOf: (result: TResult) => readonly [key: string, state: T],
  ): Stream<TResult> {
    const fail = (error: unknown) => {
      if (!this.#streams.includes(stream)) return;
      const message = error instanceof Error ? error.message : 'Something went wrong';
      told.update(({ states, trouble }) => ({
        states,
        trouble: { message, sinceMs: trouble?.sinceMs ?? this.#clock.nowMs() },
      }));
    };
    const stream = open(fail);
    const read = async () => {
      try {
        for await (const result of stream) {
          if (!this.#streams.includes(stream)) return;
          const [key, state] = stateOf(result);
          told.update(({ states }) => ({
            states: new Map(states).set(key, state),
            trouble: undefined,
          }));
        }
      } catch (error) {
        fail(error);
      }
    };
    void read();
    return stream;
  }

  #leave(): void {
    const streams = this.#streams;
    this.#streams = [];
    for (const stream of streams) void stream.return?.();
  }
}
