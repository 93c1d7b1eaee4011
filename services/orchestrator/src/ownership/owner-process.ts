import { readFileSync, readlinkSync } from 'node:fs'
import { identifyProcess, isAlive } from '@mosaic/runtime'
import { z } from 'zod'

/** An owner's process as another process on the same machine can look for it. */
export const ownerProcess = z.object({
  /** The machine's present boot, and the pid namespace that the number belongs to. */
  kernel: z.string(),
  pid: z.int().min(1),
  startTime: z.string(),
})
export type OwnerProcess = z.infer<typeof ownerProcess>

/** This process; `null` where the kernel cannot be told from another. */
export function thisProcess(): OwnerProcess | null {
  const identity = identifyProcess(process.pid)
  const own = kernel()
  return identity && own ? { kernel: own, ...identity } : null
}

/** Whether the kernel shows that the process has ended; false also where that cannot be known from here. */
export const hasEnded = (owner: OwnerProcess): boolean => owner.kernel === kernel() && !isAlive(owner)

function kernel(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}
