import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Toolchain } from '@mosaic/contracts/repository'

/** What builds and tests software, as far as it is worth looking for. */
const programs: ReadonlySet<string> = new Set(
  `node npm pnpm yarn bun deno python3 pip uv poetry cargo rustc go
  java mvn gradle ruby bundle php composer dotnet cmake zig`.split(/\s+/),
)

type Manager = {
  readonly name: string
  /** Below the person's home: a folder per version, or per tool and then per version. */
  readonly folder: string
  readonly levels: 1 | 2
  readonly below?: string
}

const managers: readonly Manager[] = [
  { name: 'nvm', folder: '.nvm/versions/node', levels: 1 },
  { name: 'fnm', folder: '.local/share/fnm/node-versions', levels: 1, below: 'installation' },
  { name: 'volta', folder: '.volta/tools/image', levels: 2 },
  { name: 'pyenv', folder: '.pyenv/versions', levels: 1 },
  { name: 'rustup', folder: '.rustup/toolchains', levels: 1 },
  { name: 'goenv', folder: '.goenv/versions', levels: 1 },
  { name: 'rbenv', folder: '.rbenv/versions', levels: 1 },
  { name: 'sdkman', folder: '.sdkman/candidates', levels: 2 },
  { name: 'asdf', folder: '.asdf/installs', levels: 2 },
  { name: 'mise', folder: '.local/share/mise/installs', levels: 2 },
]

/** What this machine has outside of /usr, which sandboxes show anyway: of version managers, and in /opt. */
export async function findToolchains(home: string): Promise<Toolchain[]> {
  const managed = await Promise.all(managers.map((manager) => versionsOf(manager, home)))
  const optional = (await foldersIn('/opt')).map((name) => ({ name: `/opt/${name}`, path: `/opt/${name}` }))
  const found = await Promise.all([...managed.flat(), ...optional].map(withPrograms))
  return found.filter(({ programs: known }) => known.length > 0)
}

async function versionsOf({ name, folder, levels, below = '' }: Manager, home: string) {
  const root = join(home, folder)
  const versions = levels === 1 ? await foldersIn(root) : await twoLevels(root)
  return versions.map((version) => ({ name: `${name}:${version.replace('/', '@')}`, path: join(root, version, below) }))
}

async function twoLevels(root: string): Promise<string[]> {
  const tools = await foldersIn(root)
  const versions = await Promise.all(
    tools.map(async (tool) => (await foldersIn(join(root, tool))).map((v) => `${tool}/${v}`)),
  )
  return versions.flat()
}

/** Links between versions (`latest`, `current`) are no versions of their own. */
async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

async function withPrograms({ name, path }: { name: string; path: string }): Promise<Toolchain> {
  const names = await readdir(join(path, 'bin')).catch(() => [])
  return { name, path, programs: names.filter((program) => programs.has(program)).toSorted() }
}

/** Whether sandboxes have a program without any toolchain. */
export const isUsual = (program: string): boolean =>
  ['/usr/local/bin', '/usr/bin', '/bin'].some((folder) => existsSync(join(folder, program)))
