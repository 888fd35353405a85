import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulation, type Simulation } from '@orderfox/simulator';
import { freePort, layEmptyDatabase } from '@orderfox/testing';
import { openContext } from '@orderfox/testing/browser';
import { RunningBackend } from '@orderfox/testing/running-backend';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';

/** For specs: the whole product on simulated venues on which nothing happens by itself, in a folder of its own. */
export interface QuietTerminal {
  readonly folder: string;
  readonly simulation: Simulation;
  readonly backend: RunningBackend;
  /** What the backend runs with, its port included: who starts another takes its place. */
  readonly settings: Record<string, string>;
}

export async function startQuietTerminal(): Promise<QuietTerminal> {
  const folder = await mkdtemp(join(tmpdir(), 'orderfox-page-'));
  const simulation = await startSimulation({ intensity: 0 });
  const settings: Record<string, string> = {
    ...simulation.environment,
    BACKEND_PORT: String(await freePort()),
    DATA_DIR: join(folder, 'data'),
    SIMULATED: 'true',
  };
  layEmptyDatabase(join(folder, 'data'));
  const backend = await RunningBackend.start(settings);
  return { folder, simulation, backend, settings };
}

/** Ends everything and removes the folder. */
export async function stopTerminal({
  folder,
  simulation,
  backend,
}: Omit<QuietTerminal, 'settings'>): Promise<void> {
  await backend.stop();
  await simulation.stop();
  await rm(folder, { recursive: true, force: true });
}

/** For specs: a page in a browser, and what went wrong on it: errors, and requests that leave the machine. */
export interface WatchedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly problems: string[];
}

export async function openWatched(browser: Browser, url: string, widthPx: number): Promise<WatchedPage> {
  const context = await openContext(browser, widthPx);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') problems.push(`outside request: ${request.url()}`);
  });
  await page.goto(url);
  return { context, page, problems };
}

/** Where an element is on the page, in pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** The first elements of these selectors as they lie at one moment: between two looks everything may have moved. */
export async function boxesOf<const Selectors extends readonly string[]>(
  page: Page,
  ...selectors: Selectors
): Promise<{ readonly [At in keyof Selectors]: Box }> {
  const boxes = await page.evaluate(
    (wanted) =>
      wanted.map((selector) => {
        const element = document.querySelector(selector);
        if (element === null) throw new Error(`There is no ${selector}`);
        const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
        return { left, right, top, bottom, width, height };
      }),
    [...selectors],
  );
  return boxes as { readonly [At in keyof Selectors]: Box };
}
