import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const FIND_BROWSER = join(import.meta.dirname, '../../../scripts/find-browser.mjs');

interface FoundBrowser {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a real Chromium: CHROMIUM_PATH, an installed one, or the one that comes with the packages. Close it when done. */
export async function launchBrowser(): Promise<Browser> {
  const { stdout } = await promisify(execFile)(process.execPath, [FIND_BROWSER]);
  const found = JSON.parse(stdout) as FoundBrowser;
  return chromium.launch({
    executablePath: found.executablePath,
    env: { ...process.env, ...found.env },
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A fresh browser profile of the given width, with a locale set: headless Chromium without one breaks Intl. */
export function openContext(browser: Browser, widthPx: number, heightPx = 900): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: widthPx, height: heightPx },
    locale: 'en-US',
    timezoneId: 'UTC',
  });
}
