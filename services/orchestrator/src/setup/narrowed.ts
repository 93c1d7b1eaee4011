import type { HostRule, Network } from '@mosaic/contracts/agent-session'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { readRules } from '../egress/index.ts'

/**
 * What a session reaches where it was asked for less than its repository's settings grant. More is refused: who spawns
 * need not be who may approve settings.
 */
export function narrowed(granted: Network, asked: Network | null): Result<Network, string> {
  if (asked === null) return ok(granted)
  if (asked.kind === 'none') return ok(asked)
  const covers = granted.kind === 'hosts' ? coverOf(granted.hosts) : () => false
  const beyond = asked.hosts.filter((rule) => !covers(rule))
  if (beyond.length === 0) return ok(asked)
  const most = granted.kind === 'hosts' ? granted.hosts.join(', ') : 'nobody'
  return err(`the repository's approved settings let agents reach ${most}, and not ${beyond.join(', ')}`)
}

const portAtEnd = /:(\d+)$/

/** A rule is covered where another allows each host and port that it means; `*.a.b` is asked as a host of that very name. */
function coverOf(granted: readonly HostRule[]): (rule: HostRule) => boolean {
  const { allows } = readRules(granted)
  return (rule) => {
    const port = portAtEnd.exec(rule)?.[1]
    const host = rule.replace(portAtEnd, '')
    const ports = port === undefined ? [80, 443] : [Number(port)]
    return granted.includes(rule) || ports.every((each) => allows(host, each))
  }
}
