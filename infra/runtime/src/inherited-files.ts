import { closeSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'

/** open(2)'s O_CLOEXEC, as /proc/PID/fdinfo shows it. */
const closedOnExec = 0o2000000

/**
 * Closes what whoever started us had open and did not keep to themselves, such as a shell's or an editor's folder or lock:
 * every program that we start would have it as well, an agent's in its sandbox too. All that Node opens itself is closed
 * on exec, but for the certificates that a thread of its own may be reading just now, and closes when it has done so: by
 * then the number may be that of a socket of ours. Of what it was given it sees to the first few only. Does nothing where
 * there is no /proc.
 */
export function closeInheritedFiles(): void {
  const { NODE_EXTRA_CA_CERTS: extra } = process.env
  const certificates = extra ? orUndefined(() => realpathSync(extra)) : undefined
  for (const name of namesOfOpenFiles()) {
    const descriptor = Number(name)
    if (descriptor <= 2 || !isPassedOn(descriptor)) continue
    const file = orUndefined(() => readlinkSync(`/proc/self/fd/${descriptor}`))
    if (file === undefined || file !== certificates) closeSync(descriptor)
  }
}

function orUndefined(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function namesOfOpenFiles(): string[] {
  try {
    return readdirSync('/proc/self/fdinfo')
  } catch {
    return []
  }
}

function isPassedOn(descriptor: number): boolean {
  try {
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')) ?? []
    return flags !== undefined && (Number.parseInt(flags, 8) & closedOnExec) === 0
  } catch {
    // The one with which the list was read.
    return false
  }
}
