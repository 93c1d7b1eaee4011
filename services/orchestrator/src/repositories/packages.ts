import { posix } from 'node:path'
import type { CacheKind } from '@mosaic/contracts/repository'
import type { Snapshot } from '../git/index.ts'
import { cargo, go } from './ecosystems/compiled.ts'
import { node } from './ecosystems/node.ts'
import { python } from './ecosystems/python.ts'

/** One way in which a folder of a repository gets what it depends on. */
export type Packages = {
  /** Of the manifest. */
  readonly folder: string
  readonly manager: string
  readonly manifest: string
  readonly lockfile: string | null
  /** The program that the setup needs. */
  readonly program: string
  readonly run: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly hosts: readonly string[]
  readonly cache: CacheKind | null
  readonly test: string | null
  /** What the repository says of the version that it wants. */
  readonly version: string | null
}

/** The files of one folder, by their names in it; what is larger than is usual is left out. */
export type Folder = {
  readonly names: ReadonlySet<string>
  read(name: string): string | undefined
}

/** `undefined`: the folder is not of that kind. */
export type Ecosystem = {
  /** Names of files that are read. */
  readonly reads: readonly string[]
  look(folder: Folder): Omit<Packages, 'folder'> | undefined
}

const ecosystems: readonly Ecosystem[] = [node, python, cargo, go]
const mostBytes = 8 * 1024 ** 2

/** Those of the root; where it has none, of the one folder nearest to it that does. */
export async function findPackages(snapshot: Snapshot, paths: readonly string[]): Promise<Packages[]> {
  for (const folder of foldersByDepth(paths)) {
    const found = await packagesIn(snapshot, folder, paths)
    if (found.length > 0) return found
  }
  return []
}

const manifests: ReadonlySet<string> = new Set([
  'package.json',
  'requirements.txt',
  'pyproject.toml',
  'Cargo.toml',
  'go.mod',
])

function foldersByDepth(paths: readonly string[]): string[] {
  const folders = paths.filter((path) => manifests.has(posix.basename(path))).map((path) => posix.dirname(path))
  const depth = (folder: string) => (folder === '.' ? 0 : folder.split('/').length)
  return [...new Set(folders)].toSorted((a, b) => depth(a) - depth(b) || a.localeCompare(b)).slice(0, 1)
}

async function packagesIn(snapshot: Snapshot, folder: string, paths: readonly string[]): Promise<Packages[]> {
  const within = (name: string) => (folder === '.' ? name : `${folder}/${name}`)
  const names = new Set(paths.filter((path) => posix.dirname(path) === folder).map((path) => posix.basename(path)))
  const wanted = ecosystems.flatMap(({ reads }) => reads).filter((name) => names.has(name))
  const contents = await snapshot.read(wanted.map(within), mostBytes)
  const files: Folder = { names, read: (name) => contents.get(within(name)) }
  return ecosystems.flatMap(({ look }) => {
    const found = look(files)
    return found ? [{ folder, ...found }] : []
  })
}
