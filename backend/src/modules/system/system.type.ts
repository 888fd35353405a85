import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CursorScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { type RecorderState } from '../liquidation/recorder-status.js';
import { type RedisState } from '../market-streams/redis-state.js';

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

export const RedisStateEnum = {
  CONNECTING: 'CONNECTING',
  LIVE: 'LIVE',
  BEHIND: 'BEHIND',
  UNREACHABLE: 'UNREACHABLE',
  FULL: 'FULL',
  READ_ONLY: 'READ_ONLY',
  REFUSED: 'REFUSED',
  CONFLICT: 'CONFLICT',
  STOPPED: 'STOPPED',
} as const satisfies { readonly [state in RedisState]: state };
registerEnumType(RedisStateEnum, {
  name: 'RedisState',
  description: 'How publishing to Redis Streams stands.',
  valuesMap: {
    CONNECTING: { description: 'Tried for the first time.' },
    LIVE: { description: 'What is recorded is published.' },
    BEHIND: { description: 'Connected; what was recorded meanwhile is being published.' },
    UNREACHABLE: { description: 'No connection; tried again by itself.' },
    FULL: { description: 'Redis has no memory left and takes nothing more.' },
    READ_ONLY: { description: 'Redis takes no writes.' },
    REFUSED: { description: 'Redis does not let this server in, or is of another kind.' },
    CONFLICT: { description: 'A stream holds what is not of this server, which leaves it alone.' },
    STOPPED: { description: 'The server is ending.' },
  },
});

/** How publishing to Redis stands, as it is told. */
export interface RedisView {
  readonly state: RedisState;
  readonly reason: string;
  readonly since: number;
}

/** The GraphQL shape of it. */
@ObjectType('RedisStatus', {
  description:
    'How publishing to Redis Streams stands. Whatever its state, nothing but tops of books is lost: it is in the database, and is published later.',
})
export class RedisStatusType implements RedisView {
  @Field(() => RedisStateEnum, { description: 'In one word.' })
  readonly state!: RedisState;

  @Field(() => String, { description: 'The same for people.' })
  readonly reason!: string;

  @Field(() => TimestampScalar, { description: 'Since when it is so.' })
  readonly since!: number;
}

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

  @Field(() => RedisStatusType, {
    nullable: true,
    description: 'How publishing to Redis Streams stands; null where `REDIS_URL` is not set.',
  })
  readonly redis!: RedisView | null;

  @Field(() => CursorScalar, {
    description:
      'Cursor of the newest recorded liquidation: `liquidationAdded(after:)` with it starts here and now.',
  })
  readonly lastCursor!: string;
}
