import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = join(import.meta.dirname, '../../../..');
const modules = join(repository, 'node_modules');

/** What a program printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * An empty folder in which a stranger has installed the published package: packed by npm from a copy of the sources, so
 * that nothing of an earlier build gets in, and unpacked. What it depends on comes from the repository, not from a
 * registry.
 */
export class InstalledPackage {
  private constructor(
    /** The folder of the stranger's program. */
    readonly folder: string,
    private readonly root: string,
    private readonly node: string,
    /** Files of the package, relative to its folder. */
    readonly files: readonly string[],
  ) {}

  /**
   * @param node the program that runs programs
   * @param others packages that the stranger has besides
   */
  static async create(node: string, others: readonly string[] = []): Promise<InstalledPackage> {
    const root = await mkdtemp(join(tmpdir(), 'orderfox-package-'));
    const source = join(root, 'workspace/libs/client');
    await cp(join(repository, 'libs/client'), source, {
      recursive: true,
      filter: (path) => !/[\\/](dist|node_modules)$/.test(path),
    });
    await cp(join(repository, 'tsconfig.base.json'), join(root, 'workspace/tsconfig.base.json'));
    await symlink(modules, join(root, 'workspace/node_modules'), 'junction');
    const { stdout } = await run('npm', ['pack', '--json', '--offline', '--pack-destination', root], {
      cwd: source,
    });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [
      { filename: string; files: { path: string }[] },
    ];
    const installed = new InstalledPackage(
      join(root, 'program'),
      root,
      node,
      packed.files.map(({ path }) => path),
    );
    const place = join(installed.folder, 'node_modules/@orderfox/client');
    await mkdir(place, { recursive: true });
    await run('tar', ['-xzf', join(root, packed.filename), '-C', place, '--strip-components=1']);
    for (const name of ['graphql-ws', ...others]) await installed.#link(name);
    await writeFile(join(installed.folder, 'package.json'), JSON.stringify({ type: 'module' }));
    return installed;
  }

  /** Writes a file of the program. */
  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, name)), { recursive: true });
    await writeFile(join(this.folder, name), text);
  }

  /** Runs the TypeScript compiler with these options; rejects with what it complains of. */
  async compile(...options: string[]): Promise<void> {
    const tsc = join(modules, 'typescript/bin/tsc');
    try {
      await run(this.node, [tsc, '--strict', ...options], { cwd: this.folder });
    } catch (error) {
      throw new Error((error as Output).stdout, { cause: error });
    }
  }

  /** Runs a program of the folder, or of the repository's tools, to its end. */
  run(program: string, ...parameters: string[]): Promise<Output> {
    return run(this.node, [program, ...parameters], { cwd: this.folder });
  }

  /** Starts a program of the folder, which may run for ever. */
  start(program: string, ...parameters: string[]): ChildProcess {
    return spawn(this.node, [program, ...parameters], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Deletes everything. */
  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  async #link(name: string): Promise<void> {
    const place = join(this.folder, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(modules, name), place, 'junction');
  }
}
