import { spawnSync } from 'node:child_process'
import { asUser, type RunAs } from '@mosaic/runtime'

const name = 'postgres'

/**
 * Who Postgres runs as. It refuses to run as root (it says so itself), so that root hands it to the system user
 * `postgres`, which is created when missing; anybody else runs it as themselves (undefined).
 */
export function postgresUser(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined
  return lookUp() ?? create()
}

/**
 * Adds the right to pass folders that the user may not enter (a clone below /root, a data folder, which is its owner's
 * alone), and only where that is needed: the programs and the data stay where they are. What it writes is its own.
 */
export function allowPaths(user: RunAs | undefined, paths: readonly string[]): RunAs | undefined {
  if (!user) return undefined
  const reachable = 'for path; do test -r "$path" && test -x "$path" || exit 1; done'
  const [program, args] = asUser('sh', ['-c', reachable, 'sh', ...paths], user)
  return spawnSync(program, args, { cwd: '/' }).status === 0 ? user : { ...user, capabilities: ['dac_read_search'] }
}

function lookUp(): RunAs | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
    return status === 0 ? Number.parseInt(stdout, 10) : undefined
  })
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

function create(): RunAs {
  // A group may be left of a user that was there once.
  const hasGroup = spawnSync('getent', ['group', name], { stdio: 'ignore' }).status === 0
  const group = hasGroup ? ['--gid', name] : ['--user-group']
  const { status, stderr } = spawnSync('useradd', ['--system', ...group, '--no-create-home', name], {
    encoding: 'utf8',
  })
  const user = lookUp()
  if (user) return user
  throw new Error(`Postgres cannot run as root, and its user ${name} could not be created: ${stderr || status}`)
}
