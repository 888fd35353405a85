import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { ApiError } from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { FrameBatch } from '../../core/frame-batch.js';
import { PageAddress } from '../../core/page-address.js';
import { CLIENT } from '../../graphql/client.js';
import { Connection } from '../../graphql/connection.js';
import { ChartStore } from '../chart/chart-store.js';
import { BookChoices } from './book-choices.js';
import { BookSession, type OrderBook } from './book-session.js';
import { bookTrouble, type BookTrouble } from './book-trouble.js';
import { isWhole, type WholeBook } from './book-view.js';
import { priceStep, type StepFactor } from './price-steps.js';

/** Whose book is shown, and how. */
interface BookQuestion {
  readonly symbol: string;
  /** The venue, where one was chosen; else the server takes the first that has a book. */
  readonly venue: string | undefined;
  readonly levels: number;
  readonly stepFactor: StepFactor;
}

/** The order book of the market that the page shows, at most one change per frame. */
@Injectable({ providedIn: 'root' })
export class OrderBookStore {
  readonly #client = inject(CLIENT);
  readonly #clock = injectClock();
  readonly #choices = inject(BookChoices);
  readonly #symbol = inject(ChartStore).symbol;
  readonly #news = signal<OrderBook | undefined>(undefined);
  readonly #whole = signal<WholeBook | undefined>(undefined);
  readonly #trouble = signal<BookTrouble | undefined>(undefined);
  readonly #silentSinceMs = signal<number | undefined>(undefined);
  readonly #askedMs = signal(this.#clock.nowMs());
  readonly #tickSize = signal<string | undefined>(undefined);
  readonly #batch = new FrameBatch<OrderBook>(this.#clock, 1, (books) => this.#paint(books));
  /** The session whose book is shown, and one that looks in another way but has not told anything yet. */
  #session: BookSession | undefined;
  #next: BookSession | undefined;
  #asked: BookQuestion | undefined;

  /** The newest word of the server on this market; undefined before the first. */
  readonly news = this.#news.asReadonly();
  /** The last whole book of this market, which is live only while it is the newest word too. */
  readonly whole = this.#whole.asReadonly();
  readonly trouble = this.#trouble.asReadonly();
  /** Since when the server has not been heard, epoch milliseconds of the viewer's clock. */
  readonly silentSinceMs = this.#silentSinceMs.asReadonly();
  /** When this market was asked for, by the viewer's clock. */
  readonly askedMs = this.#askedMs.asReadonly();
  /** Smallest step of this market's prices; undefined until the server has told it. */
  readonly tickSize = this.#tickSize.asReadonly();
  /** The market; undefined until it is known which one. */
  readonly symbol = this.#symbol;
  /** The venue that the viewer chose by filtering for it alone. */
  readonly chosenVenue = inject(PageAddress).onlyVenue;

  readonly #question = computed<BookQuestion | undefined>(
    () => {
      const symbol = this.#symbol();
      return symbol === undefined
        ? undefined
        : {
            symbol,
            venue: this.chosenVenue(),
            levels: this.#choices.levels(),
            stepFactor: this.#choices.stepFactor(),
          };
    },
    { equal: (left, right) => JSON.stringify(left) === JSON.stringify(right) },
  );

  constructor() {
    effect(() => {
      const question = this.#question();
      untracked(() => this.#show(question));
    });
    const { status } = inject(Connection);
    effect(() => {
      const { state, sinceMs } = status();
      // The silence is over with the next word on this book, not with the connection.
      if (state === 'reconnecting' || state === 'closed') {
        this.#silentSinceMs.update((before) => before ?? sinceMs);
      }
    });
    inject(DestroyRef).onDestroy(() => this.#leave());
  }

  /** Tries again now. */
  retry(): void {
    this.#client.retryNow();
    if (this.#asked !== undefined) this.#begin(this.#asked);
  }

  #show(question: BookQuestion | undefined): void {
    const asked = this.#asked;
    this.#asked = question;
    if (question === undefined) this.#forget();
    else if (asked?.symbol !== question.symbol || asked.venue !== question.venue) this.#begin(question);
    else this.#look(question);
  }

  /** Another market: nothing of the old one stays. */
  #begin(question: BookQuestion): void {
    this.#forget();
    this.#askedMs.set(this.#clock.nowMs());
    this.#look(question);
  }

  /** Another look at the same market: the old one goes on until the new one has its first word. */
  #look({ symbol, venue, levels, stepFactor }: BookQuestion): void {
    this.#next?.end();
    const tickSize = this.#tickSize();
    const isRounded = tickSize !== undefined && stepFactor !== 1;
    const session: BookSession = new BookSession(
      this.#client,
      {
        symbol,
        limit: levels,
        ...(venue !== undefined && { venue }),
        ...(isRounded && { rounding: priceStep(tickSize, stepFactor) }),
      },
      {
        book: (book) => this.#hear(session, book),
        trouble: (error, isFinal) => this.#fail(session, error, isFinal),
      },
    );
    this.#next = session;
  }

  #hear(session: BookSession, book: OrderBook): void {
    if (session === this.#next) {
      this.#session?.end();
      this.#session = session;
      this.#next = undefined;
    }
    if (session !== this.#session) return;
    if (this.#learn(book.tickSize)) return;
    this.#batch.add(book);
  }

  /** Takes in a tick size; true where that changes what must be asked for. */
  #learn(tickSize: string): boolean {
    const before = this.#tickSize();
    this.#tickSize.set(tickSize);
    if (before === tickSize || this.#asked === undefined || this.#asked.stepFactor === 1) return false;
    this.#leave();
    this.#look(this.#asked);
    return true;
  }

  #paint(books: readonly OrderBook[]): void {
    const book = books.at(-1);
    this.#news.set(book);
    if (isWhole(book)) this.#whole.set(book);
    this.#trouble.set(undefined);
    this.#silentSinceMs.set(undefined);
  }

  #fail(session: BookSession, error: unknown, isFinal: boolean): void {
    if (session !== this.#session && session !== this.#next) return;
    if (isFinal && this.#isMended(error)) return;
    // While another look is tried for again, the one that is shown goes on.
    if (!isFinal && session === this.#next && this.#session !== undefined) return;
    const sinceMs = this.#trouble()?.sinceMs ?? this.#clock.nowMs();
    if (isFinal) this.#forget();
    this.#trouble.set(bookTrouble(error, sinceMs));
  }

  /** Whether the server said what it would take instead; that is asked for. */
  #isMended(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    const { argument, tickSize, maxLimit } = error.details;
    if (argument === 'rounding' && typeof tickSize === 'string') return this.#learn(tickSize);
    // The choice changes, and with it the question.
    return argument === 'limit' && typeof maxLimit === 'number' && this.#choices.learnMost(maxLimit);
  }

  #forget(): void {
    this.#leave();
    this.#news.set(undefined);
    this.#whole.set(undefined);
    this.#trouble.set(undefined);
    this.#tickSize.set(undefined);
  }

  #leave(): void {
    this.#session?.end();
    this.#next?.end();
    this.#session = undefined;
    this.#next = undefined;
    this.#batch.clear();
  }
}
