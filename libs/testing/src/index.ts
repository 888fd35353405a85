export * from './empty-database.js';
export * from './fake-clock.js';
export * from './free-port.js';
export * from './wait-for.js';
export * from './recorded-catalogues.js';
export * from './recorded-data.js';
export * from './redis-server.js';
