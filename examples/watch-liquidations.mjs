// Prints liquidations of 10,000 dollars and more as they are recorded, and goes on where it stopped.
//   node watch-liquidations.mjs [address of the server] [cursor to go on after]
import { OrderFoxClient } from '@orderfox/client';

const [address = 'http://127.0.0.1:8000', after] = process.argv.slice(2);
const client = new OrderFoxClient({ url: `${address}/graphql` });
client.watchStatus(({ state, reason }) => console.error(`connection: ${state} ${reason ?? ''}`));

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const filter = { minNotionalUsd: '10000' };
let cursor = after ?? (await client.recentLiquidations(filter, 1)).cursor;
try {
  for await (const event of client.liquidations({ filter, after: cursor, signal: stop.signal })) {
    console.log(event.displayTime, event.venue, event.symbol, event.liquidatedSide, event.notionalUsd);
    cursor = event.cursor;
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
await client.close();
console.error(`to go on: node watch-liquidations.mjs ${address} ${cursor}`);
