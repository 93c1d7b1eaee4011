import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { processesOf } from '@mosaic/e2e/processes'

/** What all processes of an instance hold and have used: the tier's, agents' sandboxes and what runs in them. */
export type Use = { readonly memoryBytes: number; readonly cpuSeconds: number; readonly connections: number }

/** Of `/proc/PID/stat` (proc(5)): clock ticks, a hundredth of a second each on Linux. */
const ticksPerSecond = 100

export function useOf(dataFolder: string): Use {
  const uses = processesOf(dataFolder).map(({ pid }) => useOfProcess(pid))
  const sum = (part: keyof Use) => uses.reduce((total, use) => total + use[part], 0)
  return { memoryBytes: sum('memoryBytes'), cpuSeconds: sum('cpuSeconds'), connections: sum('connections') }
}

function useOfProcess(pid: number): Use {
  try {
    const folder = `/proc/${pid}`
    // Shared pages count once over all who share them.
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`${folder}/smaps_rollup`, 'utf8'))?.[1]
    const stat = readFileSync(`${folder}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // utime, stime and those of children that have ended: fields 14 to 17, counted here from the third.
    const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0)
    const sockets = readdirSync(`${folder}/fd`).filter((fd) => linkOf(`${folder}/fd/${fd}`).startsWith('socket:'))
    return { memoryBytes: Number(pss ?? 0) * 1024, cpuSeconds: ticks / ticksPerSecond, connections: sockets.length }
  } catch {
    // It has ended meanwhile.
    return { memoryBytes: 0, cpuSeconds: 0, connections: 0 }
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
