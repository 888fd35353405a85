import { type WireLevel } from './book/book-update.js';

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const SMALL_T = 116;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** More than there are codes of plain characters. */
const CODES = 128;
/** So many plain characters a double tells apart. */
const MAX_NAME_LENGTH = 7;

/** So many digits a double holds, whatever they are. */
const MAX_DIGITS = 15;
/** As `readLevels` has it. */
const MAX_NUMBER_LENGTH = 40;

/** The text is not of the one form that is scanned: the parser has to read it. Thrown and caught within this library. */
export class NotScannable extends Error {}

const NOT_SCANNABLE = new NotScannable('not scannable');

/** The number that `TextScanner.name` gives for a name of one to seven plain characters. */
export function nameCode(name: string): number {
  let code = 0;
  for (let at = 0; at < name.length; at += 1) code = code * CODES + name.charCodeAt(at);
  return code;
}

/** What `scan` makes of a text; undefined where the parser has to read it. */
export function scanned<Frame>(
  text: string,
  scan: (scanner: TextScanner) => Frame | undefined,
): Frame | undefined {
  try {
    return scan(new TextScanner(text));
  } catch (error) {
    if (error instanceof NotScannable) return undefined;
    throw error;
  }
}

/**
 * Goes over a text of JSON once, for frames of which thousands come each second. It knows only what the venue really
 * writes: no blanks, no escapes, whole numbers of at most 15 digits without a sign. At anything else it throws
 * NotScannable, so that it never reads what a parser would read differently.
 */
export class TextScanner {
  #at = 0;
  /** Where the newest name begins. */
  #nameAt = 0;

  constructor(private readonly text: string) {}

  /** Goes past exactly these characters. */
  pass(words: string): void {
    if (!this.text.startsWith(words, this.#at)) throw NOT_SCANNABLE;
    this.#at += words.length;
  }

  /** Whether an object ends here; if not, another of its members follows. Goes past the brace or the comma. */
  ends(): boolean {
    const code = this.text.charCodeAt(this.#at);
    this.#at += 1;
    if (code === COMMA) return false;
    if (code === CLOSE_OBJECT) return true;
    throw NOT_SCANNABLE;
  }

  /** Nothing may be left but one more brace. */
  finish(): void {
    if (!this.#passes(CLOSE_OBJECT)) throw NOT_SCANNABLE;
    this.over();
  }

  /** Nothing may be left. */
  over(): void {
    if (this.#at !== this.text.length) throw NOT_SCANNABLE;
  }

  /** What comes is not what the venue writes. */
  giveUp(): never {
    throw NOT_SCANNABLE;
  }

  /**
   * A member's name and the colon after it, as a number: see `nameCode`. 0 for a name of more than seven characters: ask
   * `isNamed`. A text for each would cost more than all the rest.
   */
  name(): number {
    const { text } = this;
    const start = this.#at + 1;
    if (text.charCodeAt(start - 1) !== QUOTE) throw NOT_SCANNABLE;
    let name = 0;
    let at = start;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) {
      // Past the end of the text a code is NaN.
      if (!(code > SPACE && code < CODES) || code === BACKSLASH) throw NOT_SCANNABLE;
      name = name * CODES + code;
      at += 1;
    }
    if (text.charCodeAt(at + 1) !== COLON) throw NOT_SCANNABLE;
    this.#at = at + 2;
    this.#nameAt = start;
    return at - start > MAX_NAME_LENGTH ? 0 : name;
  }

  /** Whether the newest name is this one. */
  isNamed(name: string): boolean {
    const end = this.#nameAt + name.length;
    return this.text.charCodeAt(end) === QUOTE && this.text.startsWith(name, this.#nameAt);
  }

  string(): string {
    const start = this.#at + 1;
    this.#skipString();
    return this.text.slice(start, this.#at - 1);
  }

  integer(): number {
    const { text } = this;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (;;) {
      const digit = text.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      at += 1;
    }
    const length = at - start;
    const isBad = length === 0 || length > MAX_DIGITS || (length > 1 && text.charCodeAt(start) === ZERO);
    if (isBad) throw NOT_SCANNABLE;
    this.#at = at;
    return value;
  }

  boolean(): boolean {
    const isTrue = this.text.charCodeAt(this.#at) === SMALL_T;
    this.pass(isTrue ? 'true' : 'false');
    return isTrue;
  }

  /** Goes past a value that is of no interest. */
  skip(): void {
    const code = this.text.charCodeAt(this.#at);
    if (code === QUOTE) this.#skipString();
    else if (code >= ZERO && code <= NINE) this.integer();
    else this.boolean();
  }

  /** A list of objects. `read` goes over one, from its first name to its brace. */
  rows<Row>(read: (scanner: TextScanner) => Row): readonly Row[] {
    const rows: Row[] = [];
    this.pass('[');
    if (this.#passes(CLOSE_LIST)) return rows;
    do {
      if (!this.#passes(OPEN_OBJECT)) throw NOT_SCANNABLE;
      rows.push(read(this));
    } while (this.#continues());
    return rows;
  }

  /** A list of levels as `readLevels` takes them, and checked like there; what follows price and quantity is left out. */
  levels(): readonly WireLevel[] {
    const levels: WireLevel[] = [];
    this.pass('[');
    if (this.#passes(CLOSE_LIST)) return levels;
    do {
      if (!this.#passes(OPEN_LIST)) throw NOT_SCANNABLE;
      const price = this.#plainNumber(true);
      if (!this.#passes(COMMA)) throw NOT_SCANNABLE;
      const quantity = this.#plainNumber(false);
      while (this.#continues()) this.skip();
      levels.push([price, quantity]);
    } while (this.#continues());
    return levels;
  }

  /** Whether the list goes on; goes past its comma or its bracket. */
  #continues(): boolean {
    const code = this.text.charCodeAt(this.#at);
    this.#at += 1;
    if (code === COMMA) return true;
    if (code === CLOSE_LIST) return false;
    throw NOT_SCANNABLE;
  }

  /** Goes past this character, if it is next. */
  #passes(code: number): boolean {
    if (this.text.charCodeAt(this.#at) !== code) return false;
    this.#at += 1;
    return true;
  }

  #skipString(): void {
    const { text } = this;
    let at = this.#at;
    let code = text.charCodeAt(at);
    if (code !== QUOTE) throw NOT_SCANNABLE;
    do {
      at += 1;
      code = text.charCodeAt(at);
      // Past the end of the text a code is NaN.
      if (!(code >= SPACE) || code === BACKSLASH) throw NOT_SCANNABLE;
    } while (code !== QUOTE);
    this.#at = at + 1;
  }

  /** Text of digits with at most one point between them. */
  #plainNumber(isPositive: boolean): string {
    const { text } = this;
    if (text.charCodeAt(this.#at) !== QUOTE) throw NOT_SCANNABLE;
    const start = this.#at + 1;
    let at = start;
    let point = -1;
    let isZero = true;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code >= ZERO && code <= NINE) {
        if (code !== ZERO) isZero = false;
      } else if (code === POINT) {
        if (point >= 0) throw NOT_SCANNABLE;
        point = at;
      } else break;
      at += 1;
    }
    const length = at - start;
    const isBad =
      text.charCodeAt(at) !== QUOTE ||
      length === 0 ||
      length > MAX_NUMBER_LENGTH ||
      point === start ||
      point === at - 1 ||
      (isPositive && isZero);
    if (isBad) throw NOT_SCANNABLE;
    this.#at = at + 1;
    return text.slice(start, at);
  }
}
