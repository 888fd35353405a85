import { type WireLevel } from '../book/book-update.js';

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
const CLOSE_OBJECT = 125;

/** More than there are codes of characters. */
const CODES = 65_536;

/** So many digits a double holds, whatever they are. */
const MAX_DIGITS = 15;
/** As `readLevels` has it. */
const MAX_NUMBER_LENGTH = 40;

/** The text is not of the one form that is scanned: the parser has to read it. Thrown and caught within this folder. */
export class NotScannable extends Error {}

const NOT_SCANNABLE = new NotScannable('not scannable');

/** The number that `TextScanner.name` gives for a name of one or two characters. */
export function nameCode(name: string): number {
  return name.length === 1 ? name.charCodeAt(0) : name.charCodeAt(0) * CODES + name.charCodeAt(1);
}

/** A character of a name that stands for itself. */
function isPlain(code: number): boolean {
  return code > SPACE && code !== QUOTE && code !== BACKSLASH;
}

/**
 * Goes over a text of JSON once, for frames of which thousands come each second. It knows only what the venue really
 * writes: no blanks, no escapes, whole numbers of at most 15 digits without a sign. At anything else it throws
 * NotScannable, so that it never reads what a parser would read differently.
 */
export class TextScanner {
  #at = 0;

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
    const { text } = this;
    const isEnd = this.#at === text.length - 1 && text.charCodeAt(this.#at) === CLOSE_OBJECT;
    if (!isEnd) throw NOT_SCANNABLE;
  }

  /**
   * A member's name and the colon after it, as a number: see `nameCode`. 0 for a name of more than two characters, which are
   * all of no interest. A text for each would cost more than all the rest.
   */
  name(): number {
    const { text } = this;
    const at = this.#at;
    if (text.charCodeAt(at) !== QUOTE) throw NOT_SCANNABLE;
    const first = text.charCodeAt(at + 1);
    const second = text.charCodeAt(at + 2);
    if (isPlain(first) && second === QUOTE && text.charCodeAt(at + 3) === COLON) {
      this.#at = at + 4;
      return first;
    }
    const isShort = isPlain(first) && isPlain(second) && text.charCodeAt(at + 3) === QUOTE;
    if (isShort && text.charCodeAt(at + 4) === COLON) {
      this.#at = at + 5;
      return first * CODES + second;
    }
    this.#skipString();
    this.pass(':');
    return 0;
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

  /** A list of levels as `readLevels` takes them, and checked like there. */
  levels(): readonly WireLevel[] {
    const levels: WireLevel[] = [];
    this.pass('[');
    if (this.text.charCodeAt(this.#at) === CLOSE_LIST) {
      this.#at += 1;
      return levels;
    }
    for (;;) {
      if (this.text.charCodeAt(this.#at) !== OPEN_LIST) throw NOT_SCANNABLE;
      this.#at += 1;
      const price = this.#plainNumber(true);
      if (this.text.charCodeAt(this.#at) !== COMMA) throw NOT_SCANNABLE;
      this.#at += 1;
      const quantity = this.#plainNumber(false);
      if (this.text.charCodeAt(this.#at) !== CLOSE_LIST) throw NOT_SCANNABLE;
      levels.push([price, quantity]);
      const code = this.text.charCodeAt(this.#at + 1);
      this.#at += 2;
      if (code === CLOSE_LIST) return levels;
      if (code !== COMMA) throw NOT_SCANNABLE;
    }
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
