import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Now } from '../../core/now.js';
import { Settings } from '../../core/settings.js';
import { ageText, clockText, zoneName } from '../../core/time-text.js';
import { Popup } from '../../ui/popup.js';
import { lastEventMs, type Venue } from './venue-store.js';
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
  readonly #zone = inject(Settings).zone;
  readonly venue = input.required<Venue>();

  protected readonly health = computed(() => healthOf(this.venue().status));
  protected readonly word = computed(() => stateWord(this.venue().status, undefined));
  protected readonly age = computed(() => {
    const last = lastEventMs(this.venue());
    return last === undefined ? '–' : ageText(this.#now.ms() - last);
  });
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

  #at(ms: number): string {
    return `${clockText(ms, this.#zone())} ${zoneName(ms, this.#zone())}`;
  }

  #ago(ms: number): string {
    return `${ageText(this.#now.ms() - ms)} ago`;
  }
}
