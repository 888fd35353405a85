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
  FundingUpdatedDocument,
  OpenInterestUpdatedDocument,
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

/** Open interest and funding of the market that the page shows, of every venue, as the server pushes them. */
@Injectable({ providedIn: 'root' })
export class MarketLineStore {
  readonly #client = inject(CLIENT);
  readonly #clock = injectClock();
  readonly #openInterest = signal(nothing<OpenInterestFieldsFragment>());
  readonly #funding = signal(nothing<FundingFieldsFragment>());
  #streams: readonly Stream<unknown>[] = [];

  /** The market; undefined until it is known which one. */
  readonly symbol = inject(ChartStore).symbol;
  readonly openInterest = computed(() => this.#openInterest().states);
  readonly funding = computed(() => this.#funding().states);
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
    if (symbol === undefined) return;
    this.#streams = [
      this.#follow(
        this.#openInterest,
        (onRetry) => this.#client.subscribe(OpenInterestUpdatedDocument, { symbol }, { onRetry }),
        ({ openInterestUpdated }) => openInterestUpdated,
      ),
      this.#follow(
        this.#funding,
        (onRetry) => this.#client.subscribe(FundingUpdatedDocument, { symbol }, { onRetry }),
        ({ fundingUpdated }) => fundingUpdated,
      ),
    ];
  }

  #follow<TResult, T extends { readonly venue: string }>(
    told: WritableSignal<Told<T>>,
    open: (onRetry: (error: unknown) => void) => Stream<TResult>,
    stateOf: (result: TResult) => T,
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
          const state = stateOf(result);
          told.update(({ states }) => ({
            states: new Map(states).set(state.venue, state),
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
