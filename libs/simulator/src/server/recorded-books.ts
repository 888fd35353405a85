import { RecordedBook, type RecordedBookUpdate, type RecordedWhole } from '../replay/recorded-book.js';

/** The books of one venue that a recording plays: what who asks is told of them, and what is kept back from listeners. */
export class RecordedBooks {
  private readonly books = new Map<string, RecordedBook>();
  private readonly losses = new Set<string>();

  /** Begins a book with the whole of it that was recorded. */
  begin(whole: RecordedBookUpdate): void {
    this.books.set(whole.venueSymbol, new RecordedBook(whole));
  }

  /** Takes what is played next. False if a fault keeps it back from everybody. */
  take(update: RecordedBookUpdate): boolean {
    this.books.get(update.venueSymbol)?.take(update);
    return update.isWhole || !this.losses.delete(update.venueSymbol);
  }

  /** The best `limit` prices of each side; undefined if no recording plays the book. */
  now(venueSymbol: string, limit: number): RecordedWhole | undefined {
    return this.books.get(venueSymbol)?.now(limit);
  }

  /** Keeps the next change of a book back from everybody. False if no recording plays it. */
  lose(venueSymbol: string): boolean {
    if (!this.books.has(venueSymbol)) return false;
    this.losses.add(venueSymbol);
    return true;
  }

  /** Ends all of them: the market goes on by itself. */
  clear(): void {
    this.books.clear();
    this.losses.clear();
  }
}
