import type { SandboxGuarantees } from '@mosaic/contracts/agent-session'

const words: Record<keyof SandboxGuarantees, string> = {
  filesystem: 'files',
  network: 'network',
  syscalls: 'system calls',
  memory: 'memory',
  cpu: 'CPU',
  pids: 'processes',
  disk: 'disk',
}

/** What a sandbox holds an agent to, and what it does not. */
function guaranteesOf(guarantees: SandboxGuarantees): { enforced: string[]; missing: string[] } {
  const of = (isEnforced: boolean) =>
    (Object.keys(words) as (keyof SandboxGuarantees)[])
      .filter((name) => guarantees[name] === isEnforced)
      .map((name) => words[name])
  return { enforced: of(true), missing: of(false) }
}

export function guaranteesText(guarantees: SandboxGuarantees): string {
  const { enforced, missing } = guaranteesOf(guarantees)
  const parts = [
    enforced.length > 0 && `enforced: ${enforced.join(', ')}`,
    missing.length > 0 && `not enforced: ${missing.join(', ')}`,
  ]
  return parts.filter(Boolean).join('; ')
}
