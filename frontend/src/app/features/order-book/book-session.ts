import {
  OrderBookUpdatedDocument,
  type OrderBookFieldsFragment,
  type OrderBookUpdatedSubscriptionVariables,
  type OrderFoxClient,
} from '@orderfox/client';

/** A book as the server tells it: whole, or why it is not there. */
export type OrderBook = OrderBookFieldsFragment;

/** One way of looking at one book, from beginning to end. */
export class BookSession {
  readonly #books;

  constructor(
    client: OrderFoxClient,
    variables: OrderBookUpdatedSubscriptionVariables,
    private readonly on: {
      book(book: OrderBook): void;
      /** It did not work. `isFinal`: it has stopped; else it is tried again. */
      trouble(error: unknown, isFinal: boolean): void;
    },
  ) {
    this.#books = client.subscribe(OrderBookUpdatedDocument, variables, {
      onRetry: (error) => on.trouble(error, false),
    });
    void this.#follow();
  }

  end(): void {
    void this.#books.return?.();
  }

  async #follow(): Promise<void> {
    try {
      for await (const { orderBookUpdated } of this.#books) this.on.book(orderBookUpdated);
    } catch (error) {
      this.on.trouble(error, true);
    }
  }
}
