import { lstat, readFile, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import type { GitResult } from './contract/index.ts'
import { noFolder, noRepository, notOwned } from './failures.ts'
import { configuredHooksOff } from './origin-hooks.ts'
import { runElsewhere } from '../programs/starters.ts'
import { parseRepository, type RepositoryAddress } from './repository-address.ts'

/** `own`: hooks of local repositories that belong to the very user who runs the orchestrator run after a push. */
export type OriginHooks = 'off' | 'own'

export type OriginSettings = {
  readonly hooks: OriginHooks
  /** Where the person's own git configuration is. */
  readonly home: string
  /** Who asked for root (sudo): git lets root use that user's repositories too. */
  readonly sudoUid?: number
}

/** Options for git that is to talk to an origin. For a push they are looked for each time: what is off then depends on it. */
export type OriginOptions = { readonly fetch: readonly string[]; push(): Promise<readonly string[]> }

/** Everything in the configuration of a local repository that could start a program while we fetch or push. */
const nothingRuns = [
  'core.fsmonitor=false',
  'core.alternateRefsCommand=true',
  'core.untrackedCache=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'receive.autogc=false',
  'receive.denyCurrentBranch=refuse',
  'receive.denyDeleteCurrent=refuse',
  'receive.updateServerInfo=false',
  'submodule.recurse=false',
]
const noHooks = ['core.hooksPath=/dev/null']

/** No program that a repository names runs when we talk to it; who may be talked to, git's own guard decides. */
export class Origins {
  readonly #settings: OriginSettings

  constructor(settings: OriginSettings) {
    this.#settings = settings
  }

  async options(repository: string): Promise<GitResult<OriginOptions>> {
    const address = parseRepository(repository)
    if (!address.ok) return address
    return address.value.kind === 'remote' ? ok({ fetch: [], push: async () => [] }) : this.#local(address.value)
  }

  async #local({ url }: RepositoryAddress): Promise<GitResult<OriginOptions>> {
    const places = await placesOf(url)
    if (!(await isThere(url))) return noFolder(url)
    if (!(await isRepository(url))) return noRepository(url)
    const { sudoUid, hooks } = this.#settings
    const me = process.getuid?.()
    const isMine = places.every(({ uid }) => uid === me)
    const isUsable = isMine || places.every(({ uid }) => uid === me || (me === 0 && uid === sudoUid))
    if (!isUsable && !(await this.#isTrusted(places.map(({ path }) => path)))) return notOwned(url)
    const haveHooks = isMine && hooks === 'own'
    const config = [...nothingRuns, ...(haveHooks ? [] : noHooks), ...(isUsable ? [] : ['safe.directory=*'])]
    // GIT_ALLOW_PROTOCOL: a partial clone that lacks an object would ask its own origin for it.
    const git = `GIT_ALLOW_PROTOCOL=none git ${config.map((setting) => `-c '${setting}'`).join(' ')}`
    return ok({
      fetch: [`--upload-pack=${git} upload-pack`],
      push: async () => [`--receive-pack=${haveHooks ? '' : `${await configuredHooksOff(url)} `}${git} receive-pack`],
    })
  }

  /** As git reads `safe.directory`, from the person's own configuration alone. */
  async #isTrusted(paths: readonly string[]): Promise<boolean> {
    const { home } = this.#settings
    const query = ['git', 'config', '--global', '--null', '--type=path', '--get-all', 'safe.directory']
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home }
    const { stdout } = await runElsewhere(query, { cwd: '/', env, timeoutMs: 10_000 })
    const values = stdout.split('\0').slice(0, -1)
    const trusted = values.slice(values.lastIndexOf('') + 1)
    const covers = (value: string, path: string) =>
      value === '*' || value === path || (value.endsWith('/*') && path.startsWith(value.slice(0, -1)))
    return paths.some((path) => trusted.some((value) => covers(value, path)))
  }
}

/** Where nobody may look, git says so. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  )

/** As git sees it: a checkout, or a bare repository. */
async function isRepository(url: string): Promise<boolean> {
  if (await isThere(join(url, '.git'))) return true
  const parts = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => isThere(join(url, name))))
  return parts.every(Boolean)
}

type Place = { readonly path: string; readonly uid: number }

/** What git looks at: the folder, its .git, and the folder that a .git file or link names. Empty: nothing is there. */
async function placesOf(url: string): Promise<Place[]> {
  const entry = join(url, '.git')
  const named = await readlinkOrFile(entry)
  const paths = [url, await realpath(url).catch(() => url), entry, ...(named ? [named] : [])]
  const found = await Promise.all(
    [...new Set(paths)].map((path) =>
      lstat(path).then(
        ({ uid }) => [{ path, uid }],
        () => [],
      ),
    ),
  )
  return found.flat()
}

async function readlinkOrFile(entry: string): Promise<string | undefined> {
  const stat = await lstat(entry).catch(() => undefined)
  if (stat?.isSymbolicLink()) return realpath(entry).catch(() => undefined)
  if (!stat?.isFile() || stat.size > 10_000) return undefined
  const target = /^gitdir: (.+)$/m.exec(await readFile(entry, 'utf8'))?.[1]
  return target && resolve(dirname(entry), target)
}
