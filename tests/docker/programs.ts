import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Why there can be no engine here. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError'
}

const wanted = ['dockerd', 'containerd', 'runc', 'docker', 'debootstrap'] as const
/** Where Debian keeps programs for root. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/**
 * The environment in which a Docker Engine's programs are found: this machine's, or those of Debian's packages, taken apart in a folder.
 * They are not installed: the package starts an engine at the usual socket, and again with the machine, which nobody asked for.
 * @throws NoEngineError
 */
export async function engineEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  if (process.platform !== 'linux') throw new NoEngineError('an engine of its own runs on Linux alone')
  if (process.getuid?.() !== 0) throw new NoEngineError('only root can start a Docker Engine')
  const system = [process.env['PATH'] ?? '', ...systemFolders].join(delimiter)
  if (missingFrom(system).length === 0) return { ...process.env, PATH: system }
  if (!existsSync(folder)) await unpack(folder)
  const PATH = [system, join(folder, 'usr/sbin'), join(folder, 'usr/bin')].join(delimiter)
  const missing = missingFrom(PATH)
  if (missing.length > 0) throw new NoEngineError(`Debian's packages have no ${missing.join(', ')}`)
  const LD_LIBRARY_PATH = libraryFolders(folder).join(delimiter)
  return { ...process.env, PATH, LD_LIBRARY_PATH, DEBOOTSTRAP_DIR: join(folder, 'usr/share/debootstrap') }
}

const libraryFolders = (folder: string): string[] =>
  ['lib', 'usr/lib']
    .map((name) => join(folder, name))
    .filter((lib) => existsSync(lib))
    .flatMap((lib) => readdirSync(lib).map((name) => join(lib, name)))
    .filter((path) => path.includes('-linux-'))

const missingFrom = (path: string): string[] =>
  wanted.filter((program) => !path.split(delimiter).some((folder) => existsSync(join(folder, program))))

async function unpack(folder: string): Promise<void> {
  const names = await packagesToCome().catch(async () => {
    await apt(['update'])
    return packagesToCome()
  })
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  await apt(['download', ...names], draft)
  for (const file of readdirSync(draft).filter((name) => name.endsWith('.deb'))) {
    await execute('dpkg-deb', ['-x', join(draft, file), draft])
    rmSync(join(draft, file))
  }
  renameSync(draft, folder)
}

/** What is not here yet of what the programs need. Newer Debians have the client in a package of its own. */
async function packagesToCome(): Promise<string[]> {
  const plan = (...names: string[]) =>
    apt(['install', '--simulate', '--no-install-recommends', 'debootstrap', ...names])
  const planned = await plan('docker.io', 'docker-cli').catch(() => plan('docker.io'))
  return [...planned.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name!)
}

async function apt(args: readonly string[], cwd = '/'): Promise<string> {
  try {
    return (await execute('apt-get', args, { cwd })).stdout
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new NoEngineError(`apt-get: ${lastLine(stderr) ?? message}`, { cause: error })
  }
}

export const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined
