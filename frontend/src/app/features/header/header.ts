import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, output } from '@angular/core';
import { Now } from '../../core/now.js';
import { PALETTES, Settings, THEMES } from '../../core/settings.js';
import { Shortcuts } from '../../core/shortcuts.js';
import { clockText, zoneName } from '../../core/time-text.js';
import { Connection } from '../../graphql/connection.js';
import { Mark } from '../../ui/mark.js';
import { Popup } from '../../ui/popup.js';
import { Pause } from '../liquidation-table/pause.js';
import { SymbolSearch } from '../symbols/symbol-search.js';
import { SystemStore } from '../system/system-store.js';
import { VenuePill } from '../venues/venue-pill.js';
import { VenueStore } from '../venues/venue-store.js';

const PALETTE_NAMES = {
  default: 'Green up, red down',
  'red-up': 'Red up, green down',
  'colour-blind': 'Blue and orange',
  monochrome: 'Monochrome, hatched',
} as const;

/** The bar on top: what is shown, how the venues and the connection do, and how the viewer likes it. */
@Component({
  selector: 'of-header',
  imports: [Mark, Popup, SymbolSearch, VenuePill],
  templateUrl: './header.html',
  host: { class: 'header' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Header {
  readonly #now = inject(Now);
  protected readonly settings = inject(Settings);
  protected readonly connection = inject(Connection);
  protected readonly venues = inject(VenueStore).venues;
  protected readonly version = inject(SystemStore).version;
  protected readonly pause = inject(Pause);
  /** The viewer wants to know the keys. */
  readonly help = output();

  protected readonly themes = THEMES;
  protected readonly palettes = PALETTES.map((palette) => ({ palette, name: PALETTE_NAMES[palette] }));
  protected readonly clock = computed(() => clockText(this.#now.ms(), this.settings.zone()));
  protected readonly zone = computed(() => zoneName(this.#now.ms(), this.settings.zone()));

  constructor() {
    const run = () => this.help.emit();
    inject(Shortcuts).register({ key: '?', label: 'Show this help', run }, inject(DestroyRef));
  }

  protected switchZone(): void {
    this.settings.zone.update((zone) => (zone === 'utc' ? 'local' : 'utc'));
  }
}
