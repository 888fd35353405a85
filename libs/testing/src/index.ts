export * from './fake-clock.js';
export * from './wait-for.js';
