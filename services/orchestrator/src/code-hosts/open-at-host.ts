import { setTimeout as delay } from 'node:timers/promises'
import { CodeHostFault, type HostedRepository, type Proposal, type PullRequest } from './contract.ts'

const usualPausesMs = [1000, 5000]

/**
 * Opens a pull request unless there is one. What the host has decides, not what we remember: after an answer that was lost it is
 * looked for before it is asked for again. @throws CodeHostFault
 */
export async function openAtHost(
  repository: HostedRepository,
  proposal: Proposal,
  pausesMs: readonly number[] = usualPausesMs,
): Promise<{ pullRequest: PullRequest; isNew: boolean }> {
  const [pauseMs, ...later] = pausesMs
  const there = await repository.find(proposal)
  if (there) return { pullRequest: there, isNew: false }
  try {
    return { pullRequest: await repository.open(proposal), isNew: true }
  } catch (error) {
    const code = error instanceof CodeHostFault ? error.code : undefined
    if (code === 'INVALID') {
      // Somebody was faster.
      const theirs = await repository.find(proposal)
      if (theirs) return { pullRequest: theirs, isNew: false }
    }
    if (code !== 'UNAVAILABLE' || pauseMs === undefined) throw error
    await delay(pauseMs)
    return openAtHost(repository, proposal, later)
  }
}
