import { type Migration } from '../core/database-migration.js';
import { CreateSchema1795219200000 } from './1795219200000-create-schema.js';
import { AddLiquidationVolume1795305600000 } from './1795305600000-add-liquidation-volume.js';
import { MarkTimeBeforeRecording1795392000000 } from './1795392000000-mark-time-before-recording.js';
import { AddVenueBans1795478400000 } from './1795478400000-add-venue-bans.js';
import { AddTradeBars1795564800000 } from './1795564800000-add-trade-bars.js';
import { AddOpenInterestAndFunding1795651200000 } from './1795651200000-add-open-interest-and-funding.js';
import { AddBookTops1795737600000 } from './1795737600000-add-book-tops.js';
import { SayWhereDepthEnds1795824000000 } from './1795824000000-say-where-depth-ends.js';

/** Every migration, oldest first. Forward only: what has been released is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  CreateSchema1795219200000,
  AddLiquidationVolume1795305600000,
  MarkTimeBeforeRecording1795392000000,
  AddVenueBans1795478400000,
  AddTradeBars1795564800000,
  AddOpenInterestAndFunding1795651200000,
  AddBookTops1795737600000,
  SayWhereDepthEnds1795824000000,
];
