import type { SandboxKind } from '@mosaic/contracts/agent-session'
import { type SandboxProvider, SandboxStartError } from '../src/sandbox/index.ts'

export const everyGuarantee = {
  filesystem: true,
  network: true,
  syscalls: true,
  memory: true,
  cpu: true,
  pids: true,
  disk: true,
}

/** A provider that works unless there is a reason, counts how often that is asked, and refuses to make anything by its own name. */
export function providerOf(kind: SandboxKind, reason?: string): SandboxProvider & { asked: number } {
  const refuse = () => Promise.reject(new SandboxStartError(kind))
  return {
    kind,
    asked: 0,
    async available() {
      this.asked += 1
      return reason === undefined ? { ok: true, guarantees: everyGuarantee } : { ok: false, reason }
    },
    create: refuse,
    runOnce: refuse,
    reattachOrCleanUp: () => Promise.resolve(),
  }
}
