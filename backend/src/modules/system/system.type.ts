import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CursorScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { type RecorderState } from '../liquidation/recorder-status.js';

export const RecorderStateEnum = {
  RECORDING: 'RECORDING',
  BUFFERING: 'BUFFERING',
  SPOOLING: 'SPOOLING',
  FULL: 'FULL',
} as const satisfies { readonly [state in RecorderState]: state };
registerEnumType(RecorderStateEnum, {
  name: 'RecorderState',
  description: 'Where new liquidations go.',
  valuesMap: {
    RECORDING: { description: 'Into the database, within milliseconds.' },
    BUFFERING: { description: 'The database is away: into memory, to be stored when it is back.' },
    SPOOLING: { description: 'Onto the disk, until the database is back and has taken what waits there.' },
    FULL: { description: 'Neither has room: new ones are lost, and a gap says so.' },
  },
});

/** What is running. */
@ObjectType('System', {
  description: 'The server itself: what is running, since when, and whether it records.',
})
export class SystemType {
  @Field(() => String, { description: 'Version of OrderFox.' })
  readonly version!: string;

  @Field(() => Boolean, {
    description: 'True when the venues are simulated: nothing that is shown then has happened.',
  })
  readonly simulated!: boolean;

  @Field(() => TimestampScalar, { description: 'When the server started.' })
  readonly startedAt!: number;

  @Field(() => TimestampScalar, { description: 'What time the server thinks it is.' })
  readonly now!: number;

  @Field(() => RecorderStateEnum, { description: 'Where new liquidations go.' })
  readonly recorder!: RecorderState;

  @Field(() => CursorScalar, {
    description:
      'Cursor of the newest recorded liquidation: `liquidationAdded(after:)` with it starts here and now.',
  })
  readonly lastCursor!: string;
}
