import { fromOrderSide, type Liquidation } from '@orderfox/domain';
import { readListings } from '../instrument-listing.js';
import { normaliseRows } from '../normalise-rows.js';
import { NormalizeError } from '../normalize-error.js';
import { toLiquidation } from '../liquidation-event.js';
import { CONTROL, readObjectFrame, unreadable } from '../frame-text.js';
import { listIn } from '../rest-answer.js';
import { requestPacker } from '../subscribe-requests.js';
import { type VenueAdapter } from '../venue-adapter.js';
import { isRecord, readInstrument, readPositive, readRecord, readTimeMs } from '../wire-row.js';
import { type VenueFixtures } from './venue-fixtures.js';

/** A venue that does not exist, to show that nothing outside its own file has to know of it. */
export const toyVenue: VenueAdapter = {
  id: 'toy',
  name: 'Toy',
  completeness: 'FULL',
  completenessNote: 'The toy leaves nothing out.',
  roots: { ws: 'wss://ws.toy.example', rest: 'https://rest.toy.example' },
  limits: { costOf: () => ({ limit: { name: 'requests', points: 10, perMs: 1_000 }, points: 1 }) },
  listInstruments: async (http, roots) =>
    readListings('toy', listIn(await http(`${roots.rest}/list`), 'toy list', 'list'), (row) => ({
      venueSymbol: row.name,
      baseAsset: row.base,
      quoteAsset: row.quote,
      contractType: 'PERPETUAL',
      trading: true,
      sizeUnit: 'BASE',
      tickSize: row.tick,
    })),
  listVolumes24h: async (http, roots) => {
    listIn(await http(`${roots.rest}/list`), 'toy list', 'list');
    return new Map();
  },
  feeds: (context) => {
    const pack = requestPacker({ topics: 10, characters: 1_000 }, (id, op, topics) =>
      JSON.stringify({ id, op, topics }),
    );
    return [
      {
        stream: 'liquidations',
        recorded: true,
        topics: () => ['all'],
        protocol: {
          url: `${context.roots.ws}/feed`,
          subscribe: (topics) => pack('subscribe', topics),
          unsubscribe: (topics) => pack('unsubscribe', topics),
          read: (text) =>
            readObjectFrame(text, (frame) => {
              if (frame.tick !== undefined) return CONTROL;
              return 'rows' in frame ? { kind: 'data', message: frame } : unreadable('no rows');
            }),
          controlTopic: 'ticks',
          controlStaleMs: 5_000,
          sendPaceMs: 100,
          heartbeat: { idleMs: 20_000, answerWithinMs: 10_000 },
          maxAgeMs: 3_600_000,
          maxFrameBytes: 65_536,
        },
        normalise: (message, receivedTimeMs) => {
          const rows = isRecord(message) && Array.isArray(message.rows) ? message.rows : [message];
          return normaliseRows<unknown>(
            rows,
            message,
            { ...context, venue: 'toy', receivedTimeMs },
            {
              read: (value): Liquidation | undefined => {
                const row = readRecord(value, 'row');
                const instrument = readInstrument(row.name, 'name', context.instruments);
                if (!context.records(instrument.symbol)) return undefined;
                if (row.side !== 'BUY' && row.side !== 'SELL') throw new NormalizeError('BAD_SIDE', 'side');
                const venueTimeMs = readTimeMs(row.at, 'at', receivedTimeMs);
                return toLiquidation({
                  eventKey: `toy|${String(row.id)}`,
                  instrument,
                  sides: fromOrderSide(row.side),
                  size: readPositive(row.size, 'size'),
                  price: readPositive(row.price, 'price'),
                  priceUsed: 'ORDER',
                  venueTimeMs,
                  receivedTimeMs,
                  raw: JSON.stringify(value),
                });
              },
              symbolOf: (row) => (isRecord(row) ? row.name : undefined),
              rawOf: (row) => row,
            },
          );
        },
      },
    ];
  },
};

const AT = 1_790_000_000_000;

/** What the toy's `fixtures` folder would hold. */
export const toyFixtures: VenueFixtures = {
  rest: {
    answers: { '/list': { list: [{ name: 'btc/usd', base: 'BTC', quote: 'USD', tick: '0.5' }] } },
    instruments: [{ venueSymbol: 'btc/usd', symbol: 'BTCUSD' }],
    volumes: {},
  },
  streams: new Map([
    [
      'liquidations',
      {
        receivedTimeMs: AT + 50,
        rowPath: '^rows\\.\\d+\\.',
        frames: [
          {
            title: 'both sides at once',
            frame: {
              rows: [
                { id: 1, name: 'btc/usd', side: 'SELL', size: '0.5', price: '60000', at: AT },
                { id: 2, name: 'btc/usd', side: 'BUY', size: '2', price: '61000', at: AT },
                { id: 3, name: 'btc/usd', side: 'UP', size: '2', price: '61000', at: AT },
              ],
            },
            events: [
              { symbol: 'BTCUSD', liquidatedSide: 'LONG', side: 'SELL', notionalUsd: '30000' as never },
              { symbol: 'BTCUSD', liquidatedSide: 'SHORT', side: 'BUY', notionalUsd: '122000' as never },
            ],
            refusals: ['BAD_SIDE'],
          },
        ],
        readings: [{ title: 'a tick proves the route', frame: { tick: 1 }, reading: { kind: 'control' } }],
      },
    ],
  ]),
};
