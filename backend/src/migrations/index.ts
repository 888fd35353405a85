import { type Migration } from '../core/database-migration.js';
import { CreateSchema1795219200000 } from './1795219200000-create-schema.js';
import { AddLiquidationVolume1795305600000 } from './1795305600000-add-liquidation-volume.js';

/** Every migration, oldest first. Forward only: what has been released is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  CreateSchema1795219200000,
  AddLiquidationVolume1795305600000,
];
