import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { VenueStore } from './venue-store.js';
import { healthOf, stateWord } from './venue-words.js';

/** When no venue delivers: what is wrong with each, in its own words, and how to see the page at work nevertheless. */
@Component({
  selector: 'of-venue-troubles',
  template: `
    <ul class="troubles">
      @for (venue of store.venues(); track venue.id) {
        <li>
          <span class="feed-word" [attr.data-health]="health(venue.status)">
            <span class="dot" aria-hidden="true"></span>{{ venue.name }} {{ word(venue.status) }}
          </span>
          <span>{{ venue.statusReason }}</span>
        </li>
      }
    </ul>
    <p>
      To see it at work without the venues, stop the server and run
      <code class="number">npm run demo</code>: a simulated market, marked as such.
    </p>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class VenueTroubles {
  protected readonly store = inject(VenueStore);
  protected readonly health = healthOf;
  protected readonly word = (status: Parameters<typeof stateWord>[0]) => stateWord(status, undefined);
}
