import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** The options and files of a command; what is wrong with them is said in one sentence. */
export function readArguments(options) {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return fail(error.message);
  }
}

/** Ends with a sentence where a named file is not there. */
export function requireFiles(files) {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) fail(`No such file: ${missing.join(', ')}`);
}

/** The number of an option; ends with a sentence where it is none, or negative. */
export function count(name, text) {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) fail(`--${name} must be a number that is not negative`);
  return value;
}

/** Ends the command with a sentence. */
export function fail(message) {
  console.error(message);
  console.error(`See npm run ${process.env.npm_lifecycle_event ?? 'SCRIPT'} -- --help`);
  process.exit(1);
}
