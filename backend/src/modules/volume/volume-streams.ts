import { ChangesStream } from '@orderfox/fanout';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { choiceKey, VolumeBoard } from './volume-board.js';
import { type VolumeChoice, type VolumeUpdate } from './volume-feed.js';

/** A wish for volume. */
export type VolumeStream = ChangesStream<number, VolumeUpdate>;

/** The streams of liquidation volume: the newest buckets, then those that are touched. */
@Injectable()
export class VolumeStreams implements OnApplicationShutdown {
  constructor(private readonly board: VolumeBoard) {}

  onApplicationShutdown(): void {
    this.board.close();
  }

  open(choice: VolumeChoice): VolumeStream {
    return new ChangesStream(`volume ${choiceKey(choice)}`, this.board.changes(choice));
  }
}
