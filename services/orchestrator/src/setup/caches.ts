import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CacheKind } from '@mosaic/contracts/repository'
import { shellWord } from '../sandbox/index.ts'

type Variables = Readonly<Record<string, string>>

type Cache = {
  /** By what programs find it. */
  readonly variables: (folder: string) => Variables
  /**
   * Of what a program changes in place, patterns: it cannot even read from a folder that it may not write. Readers get a
   * folder of their own with copies of that and links to the rest. `null`: it reads where it may not write.
   */
  readonly changes: readonly string[] | null
  /** For readers besides. */
  readonly reading?: Variables
}

/** What each does without network, and when it may not write, was tried with the programs themselves: docs/repositories.md. */
const cacheOf: Readonly<Record<CacheKind, Cache>> = {
  npm: {
    variables: (folder) => ({ npm_config_cache: folder }),
    changes: ['_cacache/index-v5'],
    // Otherwise it asks the registry, for minutes, for what it has.
    reading: { npm_config_prefer_offline: 'true' },
  },
  pnpm: {
    // Up to version 10 by npm's names, since then by its own. It checks a lockfile by what it knows of the packages.
    variables: (folder) => ({
      npm_config_store_dir: folder,
      npm_config_cache_dir: join(folder, 'metadata'),
      pnpm_config_store_dir: folder,
      pnpm_config_cache_dir: join(folder, 'metadata'),
    }),
    changes: ['v*/index.db*', 'metadata'],
  },
  pip: {
    // What it keeps by itself it cannot find without asking the index: wheels in this folder it can.
    variables: (folder) => ({ PIP_CACHE_DIR: folder, PIP_FIND_LINKS: join(folder, 'wheels') }),
    changes: [],
  },
  cargo: { variables: (folder) => ({ CARGO_HOME: folder }), changes: null },
  go: { variables: (folder) => ({ GOMODCACHE: folder }), changes: null },
}

/** In the sandbox's own memory: what an agent downloads itself goes no further. */
const ownFolder = '/tmp/mosaic-caches'

export type Caches = {
  readonly folders: readonly string[]
  /** For whoever may write them. */
  readonly filling: Variables
  /** For everybody else in a sandbox, who runs `first` before anything else. */
  readonly reading: { readonly environment: Variables; readonly first?: string }
}

/** Downloads of one repository, a folder per program below `root`. */
export async function openCaches(root: string, kinds: readonly CacheKind[]): Promise<Caches> {
  const all = kinds.map((kind) => ({ kind, ...cacheOf[kind], folder: join(root, kind) }))
  for (const { folder } of all) await mkdir(folder, { recursive: true, mode: 0o700 })
  const layered = all.filter(({ changes }) => changes !== null)
  const readingOf = ({ kind, folder, variables, changes, reading }: (typeof all)[number]) => ({
    ...variables(changes === null ? folder : join(ownFolder, kind)),
    ...reading,
  })
  const first = layered.map(({ kind, folder, changes }) => layerScript(folder, join(ownFolder, kind), changes ?? []))
  return {
    folders: all.map(({ folder }) => folder),
    filling: merged(all.map(({ variables, folder }) => variables(folder))),
    reading: { environment: merged(all.map(readingOf)), ...(first.length > 0 && { first: first.join('\n') }) },
  }
}

const merged = (variables: readonly Variables[]): Variables => Object.assign({}, ...variables)

/** Nobody has written there yet where it cannot be read. */
function layerScript(from: string, to: string, changes: readonly string[]): string {
  return `mkdir -p ${to}
if cd -- ${shellWord(from)} 2>/dev/null; then
  cp -as "$PWD/." ${to}/
  for part in ${changes.join(' ')}; do
    [ ! -e "$part" ] || { rm -rf "${to}/$part" && cp -a "$part" "${to}/$part"; }
  done
fi`
}
