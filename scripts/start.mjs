/** `npm start`: brings the database, the backend and the built web client up on one port. */
import { build } from './build.mjs';
import './end-with-npm.mjs';

build(['@orderfox/backend', '@orderfox/frontend']);
// Otherwise graphql-js and others check in every call what only developers get wrong.
process.env.NODE_ENV ??= 'production';
await import('../backend/dist/main.js');
