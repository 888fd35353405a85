import { Directive, ElementRef, inject, output } from '@angular/core';

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  Home: [0, -100],
  End: [0, 100],
};

/**
 * Arrow keys over a grid: one cell can be reached with Tab, the keys move on from it. Enter and a click hand out the
 * `data-copy` of a cell.
 */
@Directive({
  selector: '[ofGridKeys]',
  host: { '(keydown)': 'press($event)', '(click)': 'copyFrom($event.target)' },
})
export class GridKeys {
  readonly #grid = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  /** The exact value of the cell that was chosen. */
  readonly copied = output<string>();

  protected press(event: KeyboardEvent): void {
    const cell = cellOf(event.target);
    if (cell === undefined) return;
    if (event.key === 'Enter') this.copyFrom(cell);
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#move(cell, step);
  }

  protected copyFrom(target: EventTarget | null): void {
    const value = cellOf(target)?.dataset.copy;
    if (value !== undefined) this.copied.emit(value);
  }

  #move(from: HTMLElement, [rowStep, columnStep]: readonly [number, number]): void {
    const rows = [...this.#grid.querySelectorAll('[role="row"]')].filter((row) => cellsOf(row).length > 0);
    const rowAt = rows.findIndex((row) => row.contains(from));
    const row = rows[clamp(rowAt + rowStep, rows.length)];
    if (row === undefined) return;
    const columnAt = cellsOf(rows[rowAt] ?? row).indexOf(from);
    const cells = cellsOf(row);
    const to = cells[clamp(columnAt + columnStep, cells.length)];
    if (to === undefined) return;
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }
}

function cellOf(target: EventTarget | null): HTMLElement | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role="gridcell"]') : null;
  return cell ?? undefined;
}

/** The cells that are shown: some columns are hidden on small screens. */
function cellsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('[role="gridcell"]')].filter((cell) => cell.checkVisibility());
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(0, index), length - 1);
}
