export * from './coin-multiple.js';
export * from './decimal.js';
export * from './errors.js';
export * from './feed-status.js';
export * from './instrument.js';
export * from './market-event.js';
export * from './notional-price.js';
export * from './side.js';
