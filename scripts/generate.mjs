/**
 * `npm run generate`: writes what is derived from the code: the schema, `.env.example`, the settings table of the README
 * and the client's operation types. With `--check` it writes nothing and fails where a file is stale.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, projectRoot } from './build.mjs';

const check = process.argv.includes('--check');
// A test holds the committed schema against the code, so only writing is left to do here.
if (!check) {
  build(['@orderfox/backend']);
  await import('../backend/dist/emit-schema.js');
}
const { describeConfig } = await import('../backend/dist/core/config.js');
const settings = describeConfig();

const env = [
  '# Settings of OrderFox. Copy to .env or export; every one of them is optional.',
  ...settings.flatMap(({ name, fallback, meaning }) => ['', `# ${meaning}`, `#${name}=${fallback}`]),
  '',
].join('\n');
const rows = settings.map(
  ({ name, fallback, meaning }) =>
    `| \`${name}\` | ${fallback === '' ? 'unset' : `\`${fallback}\``} | ${meaning} |`,
);
const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8').replace(
  /(<!-- settings -->)[^]*(<!-- \/settings -->)/,
  `$1\n\n| variable | default | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n\n$2`,
);

const stale = [put('.env.example', env), put('README.md', readme), operationTypes()].filter(
  (name) => name !== undefined,
);
if (stale.length > 0) {
  console.error(`stale, run npm run generate: ${stale.join(', ')}`);
  process.exit(1);
}

function put(name, text) {
  const path = join(projectRoot, name);
  const now = read(path);
  if (now === text || (name.endsWith('.md') && loosely(now) === loosely(text))) return undefined;
  if (check) return name;
  writeFileSync(path, text);
  if (name.endsWith('.md'))
    spawnSync('npx', ['prettier', '--write', name], { cwd: projectRoot, stdio: 'ignore' });
  return undefined;
}

/** The formatter pads table cells; the padding is not content. */
function loosely(text) {
  return text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The generator's own check does not know its hooks, so the files are made, compared and, when only checking, put back. */
function operationTypes() {
  const folder = 'libs/client/src/generated';
  const before = contents(folder);
  const cli = join(projectRoot, 'node_modules/@graphql-codegen/cli/esm/bin.js');
  const { status, stderr } = spawnSync(process.execPath, [cli, '--config', 'libs/client/codegen.ts'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the client's types cannot be generated: ${stderr}`);
  const same = JSON.stringify(contents(folder)) === JSON.stringify(before);
  if (same || !check) return undefined;
  for (const [name, text] of before) writeFileSync(join(projectRoot, folder, name), text);
  return folder;
}

function contents(folder) {
  const names = readdirSync(join(projectRoot, folder)).sort();
  return names.map((name) => [name, read(join(projectRoot, folder, name))]);
}
