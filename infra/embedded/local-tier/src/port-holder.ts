import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Who listens on a TCP port of this machine, in words; undefined where nobody does or this user may not know. */
export function portHolder(port: number): string | undefined {
  const sockets = listeningSockets(port)
  if (sockets.size === 0) return undefined
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!holdsOneOf(pid, sockets)) continue
    const dataDir = /(?:^|\0)MOSAIC_DATA_DIR=([^\0]+)/.exec(textOf(`/proc/${pid}/environ`))?.[1]
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 120)
    return `process ${pid}${dataDir ? `, of the Mosaic instance in ${dataDir}` : ''} (${command})`
  }
  return 'a program of another user'
}

const listening = '0A'

/** Inodes of sockets, by the kernel's own list (proc(5)): `sl local_address rem_address st … inode`. */
function listeningSockets(port: number): Set<string> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => textOf(file).split('\n').slice(1))
  return new Set(
    lines.flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      return state === listening && local.endsWith(wanted) ? [inode] : []
    }),
  )
}

function holdsOneOf(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(socketOf(`/proc/${pid}/fd/${fd}`)))
  } catch {
    // Another user's, or gone by now.
    return false
  }
}

function socketOf(link: string): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1] ?? ''
  } catch {
    return ''
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
