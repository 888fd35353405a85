import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PostgresForTests } from '../testing/postgres-for-tests.js';
import { claimStoreKind } from './store-kind.js';

let store: PostgresForTests;

beforeAll(async () => {
  store = await PostgresForTests.start();
}, 60_000);
afterAll(() => store.dispose());

test('a database of simulated events takes no real ones, at any later start', async () => {
  const { writer } = store.database;
  await claimStoreKind(writer, true);
  await claimStoreKind(writer, true);
  await expect(claimStoreKind(writer, false)).rejects.toMatchObject({ failure: 'OTHER_KIND' });
  await claimStoreKind(writer, true);
});
