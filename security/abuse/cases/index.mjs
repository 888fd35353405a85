import { ADDRESSES } from './addresses.mjs';
import { ARGUMENTS } from './arguments.mjs';
import { CROWDS } from './crowds.mjs';
import { COSTS } from './costs.mjs';
import { DOCUMENTS } from './documents.mjs';
import { FRAMES } from './frames.mjs';
import { MESSAGES } from './messages.mjs';
import { REQUESTS } from './requests.mjs';
import { SCHEMA } from './schema.mjs';
import { UPGRADES } from './upgrades.mjs';

/** Everything that is tried, in the order of the table. */
export const GROUPS = [
  { title: 'Documents', attempts: DOCUMENTS },
  { title: 'Cost', attempts: COSTS },
  { title: 'Arguments and variables', attempts: ARGUMENTS },
  { title: 'The schema, kept to itself', attempts: SCHEMA },
  { title: 'Requests', attempts: REQUESTS },
  { title: 'Who asks for a socket', attempts: UPGRADES },
  { title: 'Addresses', attempts: ADDRESSES },
  { title: 'Frames', attempts: FRAMES },
  { title: 'Messages', attempts: MESSAGES },
  { title: 'Crowds', attempts: CROWDS },
];
