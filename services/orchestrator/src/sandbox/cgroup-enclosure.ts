import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Enclosure } from './enclosure.ts'
import { pollUntil } from './poll-until.ts'

const frozenWithinMs = 2_000

/** A group of cgroup v2 whose kernel has `cgroup.kill` (Linux 5.14). */
export const canKillGroup = (path: string): boolean => existsSync(join(path, 'cgroup.kill'))

/**
 * Ends by `cgroup.kill`, which the kernel carries out against forks that are under way, and proves by `populated 0`,
 * which covers child groups too. A group that is not there any more had nobody in it when it was removed.
 */
export function cgroupEnclosure(path: string): Enclosure {
  const read = (file: string) => orGone(() => readFileSync(join(path, file), 'utf8')) ?? ''
  const write = (file: string, value: string) => orGone(() => writeFileSync(join(path, file), value, { flag: 'r+' }))
  const pids = () => read('cgroup.procs').split('\n').filter(Boolean).map(Number)
  const says = (event: string) => read('cgroup.events').split('\n').includes(event)
  const isEmpty = () => !existsSync(path) || says('populated 0')
  return {
    kill() {
      const alive = pids().length
      write('cgroup.kill', '1')
      return alive
    },
    isEmpty,
    members: async () => pids(),
    async stop() {
      write('cgroup.freeze', '1')
      await pollUntil(() => says('frozen 1') || isEmpty(), frozenWithinMs)
    },
    go: async () => void write('cgroup.freeze', '0'),
  }
}

function orGone<T>(access: () => T): T | undefined {
  try {
    return access()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENODEV') return undefined
    throw error
  }
}
