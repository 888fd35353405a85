export * from './fake-clock.js';
export * from './wait-for.js';
export * from './recorded-catalogues.js';
export * from './recorded-data.js';
