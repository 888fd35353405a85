import { ChangeDetectionStrategy, Component, computed, effect, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { Copier } from './core/copier.js';
import { PageAddress } from './core/page-address.js';
import { PriceChart } from './features/chart/price-chart.js';
import { FilterBar } from './features/filters/filter-bar.js';
import { Header } from './features/header/header.js';
import { HelpDialog } from './features/header/help-dialog.js';
import { LiquidationTable } from './features/liquidation-table/liquidation-table.js';
import { MarketLine } from './features/market-line/market-line.js';
import { OrderBookPane } from './features/order-book/order-book.js';
import { TapeSummary } from './features/summary/tape-summary.js';
import { SystemStore } from './features/system/system-store.js';
import { TradesTape } from './features/trades-tape/trades-tape.js';
import { Connection } from './graphql/connection.js';

/** The page. */
@Component({
  selector: 'of-app',
  imports: [
    FilterBar,
    Header,
    HelpDialog,
    LiquidationTable,
    MarketLine,
    OrderBookPane,
    PriceChart,
    TapeSummary,
    TradesTape,
  ],
  templateUrl: './app.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class App {
  readonly #address = inject(PageAddress);
  protected readonly connection = inject(Connection);
  protected readonly system = inject(SystemStore);
  protected readonly copied = inject(Copier).message;
  /** An outage is told below the header too, where nobody can miss it. */
  protected readonly outage = computed(() =>
    this.connection.status().state === 'reconnecting' || this.connection.status().state === 'closed'
      ? this.connection.trouble()
      : undefined,
  );

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.#address.symbol() ?? 'All'} liquidations · OrderFox`));
  }
}
