/** `npm start`: brings the database, the backend and the built web client up on one port. */
import { build } from './build.mjs';
import './end-with-npm.mjs';

build(['@orderfox/backend', '@orderfox/frontend']);
await import('../backend/dist/main.js');
