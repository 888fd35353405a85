import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/**
 * The mark before a sum that is a floor: by default one that is exact for the rows shown and no more than a floor of what was
 * liquidated, because a venue among them leaves some out. Heard as "at least"; nothing while `isFloor` is false.
 */
@Component({
  selector: 'of-floor',
  template: `@if (isFloor()) {
    <span aria-hidden="true" [title]="hint()">≥&nbsp;</span><span class="visually-hidden">at least </span>
  }`,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Floor {
  readonly isFloor = input.required<boolean>();
  readonly hint = input(FLOOR_HINT);
}

/** Both truths about a sum with the mark, for its hint. */
export const FLOOR_HINT =
  'Exact for the rows shown; a floor of what was liquidated, for a venue among them samples or does not say what it leaves out';
