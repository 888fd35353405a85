import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { launchBrowser, openContext } from '@orderfox/testing/browser';
import { type Browser, type Page } from 'playwright-core';
import { ApiForTests, liquidationForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';

describe('the playground', () => {
  let postgres: PostgresForTests;
  let api: ApiForTests;
  let browser: Browser;

  beforeAll(async () => {
    postgres = await PostgresForTests.start();
    api = await ApiForTests.start(postgres);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await api.stop();
    await postgres.dispose();
  });

  /** Opens the page and writes down every request and every complaint of the browser. */
  async function open(): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
    const context = await openContext(browser, 1_400);
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${api.url}/graphql`);
    await page.getByRole('button', { name: /Execute query/ }).waitFor();
    return { page, requests, complaints };
  }

  test('runs a query and a subscription without asking anybody else for anything (S008, S020)', async () => {
    await api.record(liquidationForTests(1));
    const { page, requests, complaints } = await open();
    const run = page.getByRole('button', { name: /Execute query/ });
    const result = page.locator('.result-window');
    await run.click();
    await result.getByText('"BTCUSDT"').first().waitFor();

    await page.getByRole('tab', { name: 'Live' }).click();
    // The editor reads the new tab a moment after it has shown it.
    await waitFor(async () => (await page.evaluate(`localStorage['graphiql:operationName']`)) === 'Live');
    await run.click();
    await waitFor(() => api.running.http.sockets.subscriberCount > 0);
    await api.record(liquidationForTests(2, { symbol: 'LIVEUSDT' }));
    await result.getByText('"LIVEUSDT"').first().waitFor();

    expect(requests.filter((url) => !url.startsWith(api.url) && !url.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
