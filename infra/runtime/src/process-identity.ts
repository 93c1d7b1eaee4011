import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process, safe against the reuse of its number: the pid and the moment it started. */
export type ProcessIdentity = { pid: number; startTime: string }

/** Identifies a running process; undefined when there is none with that pid (a zombie counts as none). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)
  return startTime === undefined ? undefined : { pid, startTime }
}

/** Whether this very process (not another one that got its pid later) still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTime === identity.startTime
}

function startTimeFromProc(pid: number): string | undefined {
  try {
    // The command name, in parentheses, may hold spaces and parentheses; fields are counted after the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // proc(5): field 3 is the state, field 22 the start time in clock ticks since boot.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startTimeFromPs(pid: number): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
  const [state, ...started] = stdout.trim().split(/\s+/)
  return status !== 0 || state?.startsWith('Z') ? undefined : started.join(' ')
}
