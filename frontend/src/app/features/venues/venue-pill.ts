import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Now } from '../../core/now.js';
import { Settings } from '../../core/settings.js';
import { ageText, clockText, zoneName } from '../../core/time-text.js';
import { Connection } from '../../graphql/connection.js';
import { Popup } from '../../ui/popup.js';
import { LastEvents } from '../liquidation-table/last-events.js';
import { type Venue } from './venue-store.js';
import { completenessWord, healthOf, stateWord } from './venue-words.js';

/** One venue in the header: how its feed does, in colour and word, and how old its last event is; more on a press. */
@Component({
  selector: 'of-venue-pill',
  imports: [Popup],
  templateUrl: './venue-pill.html',
  host: { class: 'venue-pill' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class VenuePill {
  readonly #now = inject(Now);
  readonly #lastEvents = inject(LastEvents);
  readonly #connection = inject(Connection);
  readonly #zone = inject(Settings).zone;
  readonly venue = input.required<Venue>();

  /** Without the server nothing is known of a venue: what it was is not what it is. */
  protected readonly isUnknown = computed(() => this.#connection.lostSinceMs() !== undefined);
  protected readonly health = computed(() => (this.isUnknown() ? 'off' : healthOf(this.venue().status)));
  protected readonly word = computed(() =>
    this.isUnknown() ? 'UNKNOWN' : stateWord(this.venue().status, undefined),
  );
  readonly #lastAge = computed(() => {
    const last = this.#lastEvents.of(this.venue());
    return last === undefined ? undefined : ageText(this.#now.ms() - last);
  });
  protected readonly age = computed(() => this.#lastAge() ?? '–');
  /** The pill for those who cannot see it; `LIVE` is no word to them without saying of what. */
  protected readonly label = computed(
    () =>
      `${this.venue().name} feed ${this.word().toLowerCase()}, ` +
      (this.#lastAge() === undefined ? 'no event yet' : `last event ${this.age()} ago`),
  );
  protected readonly completeness = computed(() => completenessWord(this.venue().completeness));

  /** Why the venue stands as it does, where none of its feeds says the same. */
  protected readonly ownReason = computed(() => {
    const { statusReason, feeds } = this.venue();
    return feeds.some(({ reason }) => reason === statusReason) ? undefined : statusReason;
  });
  protected readonly feeds = computed(() =>
    this.venue().feeds.map((feed) => ({
      ...feed,
      health: healthOf(feed.state),
      word: stateWord(feed.state, feed.until === null ? undefined : this.#at(feed.until)),
      sinceText: `since ${this.#at(feed.since)}`,
      lastText: feed.lastEventAt === null ? 'none since the start' : this.#ago(feed.lastEventAt),
      dataText: feed.lastDataAt === null ? 'none' : this.#ago(feed.lastDataAt),
      gapText: feed.openGapSince === null ? undefined : `A gap is open since ${this.#at(feed.openGapSince)}.`,
    })),
  );

  /** Charts, books and histories are asked for by REST: shown where the venue does not answer, or wants to be left alone. */
  protected readonly requests = computed(() => {
    const { requests } = this.venue();
    if (requests === null || ['good', 'waiting'].includes(healthOf(requests.state))) return undefined;
    return {
      health: healthOf(requests.state),
      word: stateWord(requests.state, requests.until === null ? undefined : this.#at(requests.until)),
      reason: requests.reason,
      sinceText: `since ${this.#at(requests.since)}`,
    };
  });

  #at(ms: number): string {
    return `${clockText(ms, this.#zone())} ${zoneName(ms, this.#zone())}`;
  }

  #ago(ms: number): string {
    return `${ageText(this.#now.ms() - ms)} ago`;
  }
}
