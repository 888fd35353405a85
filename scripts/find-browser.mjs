/**
 * Prints, as JSON, a Chromium that browser tests can drive: {executablePath, env}. Order: CHROMIUM_PATH, an
 * installed chromium or chrome, else the one that comes with the packages, unpacked once into the cache together
 * with the libraries it needs, so that nothing has to be installed on the machine.
 */
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const installed = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && path !== '' && existsSync(path));

if (installed !== undefined) {
  console.log(JSON.stringify({ executablePath: installed, env: {} }));
} else {
  console.log(JSON.stringify(await unpacked()));
}

async function unpacked() {
  const cache = join(import.meta.dirname, '../node_modules/.cache/orderfox/chromium');
  mkdirSync(cache, { recursive: true });
  process.env.TMPDIR = cache;
  const { default: chromium, inflate, setupLambdaEnvironment } = await import('@sparticuz/chromium');
  const release = await lock(join(cache, 'unpacking'));
  try {
    const bin = join(import.meta.dirname, '../node_modules/@sparticuz/chromium/bin');
    const executablePath = await chromium.executablePath();
    if (!existsSync(join(cache, 'al2023'))) await inflate(join(bin, 'al2023.tar.br'));
    setupLambdaEnvironment(join(cache, 'al2023', 'lib'));
    return {
      executablePath,
      env: {
        LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? '',
        FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? '',
      },
    };
  } finally {
    release();
  }
}

/** Two test processes must not unpack at once: a half-written browser would be taken for a whole one. */
async function lock(path) {
  for (;;) {
    try {
      mkdirSync(path);
      return () => rmdirSync(path);
    } catch {
      const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - made > 120_000) rmdirSync(path);
      await pause(100);
    }
  }
}
