import { type Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CLOCK } from '../core/clock.js';
import { STORAGE } from '../core/settings.js';
import { DRAW_CHART, type DrawChart } from '../features/chart/chart-drawing.js';
import { CLIENT } from '../graphql/client.js';
import { ManualClock } from './manual-clock.js';
import { RecordedDrawing } from './recorded-drawing.js';
import { ScriptedServer } from './scripted-server.js';

/** A page with a clock and a server that the test holds; everything between them is real. */
export interface PageTest {
  readonly clock: ManualClock;
  readonly server: ScriptedServer;
  /** Every chart that was drawn. */
  readonly drawings: readonly RecordedDrawing[];
  /** While true, what draws charts cannot be loaded. */
  isDrawingAway: boolean;
}

/** Prepares the injector; nothing is created before the test asks for it. */
export function preparePage(providers: readonly Provider[] = []): PageTest {
  history.replaceState(null, '', '/');
  const clock = new ManualClock();
  const server = new ScriptedServer();
  const drawings: RecordedDrawing[] = [];
  const page: PageTest = { clock, server, drawings, isDrawingAway: false };
  const draw: DrawChart = (_element, owner, look) => {
    if (page.isDrawingAway) return Promise.reject(new TypeError('Failed to fetch'));
    const drawing = new RecordedDrawing(owner, look);
    drawings.push(drawing);
    return Promise.resolve(drawing);
  };
  TestBed.configureTestingModule({
    providers: [
      { provide: CLOCK, useValue: clock },
      { provide: CLIENT, useValue: server.client },
      { provide: STORAGE, useValue: undefined },
      { provide: DRAW_CHART, useValue: draw },
      ...providers,
    ],
  });
  return page;
}

/** Lets answers arrive and the page react, until `condition` holds. */
export async function settle(condition: () => boolean = () => true): Promise<void> {
  do {
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  } while (!condition());
}

/** The kinds of the marks drawn inside an element, in order. */
export function marksOf(element: Element | null | undefined): readonly (string | undefined)[] {
  return [...(element?.querySelectorAll<HTMLElement>('of-mark') ?? [])].map(({ dataset }) => dataset.kind);
}

/** The words an element shows, in order, with one space between what stands in different elements. */
export function wordsOf(element: Element | null | undefined): string | undefined {
  if (element === null || element === undefined) return undefined;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const parts: string[] = [];
  while (walker.nextNode() !== null) parts.push((walker.currentNode.nodeValue ?? '').trim());
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .replace(/\s+/g, ' ');
}
