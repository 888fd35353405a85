import { ApiError } from '../../core/graphql-errors.js';

/** What a cursor says: a position in the stream of one store. */
export interface CursorContent {
  readonly storeId: string;
  readonly seq: number;
}

/** Raised if the stream is ever numbered anew, so that no old cursor is taken for a new one. */
const STREAM_VERSION = 1;
const CONTENT = /^1\.([\w-]{1,40})\.(\d{1,15})$/;

/**
 * Writes and reads cursors. To clients they are opaque; inside is the store beside the number, because the number
 * alone would be taken for a good one by a database that was made anew.
 */
export class CursorCodec {
  /** `storeId` is that of the open store, see StreamPosition. */
  constructor(readonly storeId: string) {}

  encode(seq: number): string {
    return Buffer.from(`${STREAM_VERSION}.${this.storeId}.${seq}`).toString('base64url');
  }

  /** Throws ApiError BAD_USER_INPUT for a text that no store of ours ever handed out. */
  decode(cursor: string): CursorContent {
    const [, storeId, seq] = CONTENT.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
    if (storeId === undefined || seq === undefined) {
      throw new ApiError('BAD_USER_INPUT', 'after: not a cursor of this API', { argument: 'after' });
    }
    return { storeId, seq: Number(seq) };
  }
}
