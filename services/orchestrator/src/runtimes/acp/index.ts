import { join } from 'node:path'
import type { Configuration } from '../../configuration.ts'
import type { Runtime } from '../contract.ts'
import type { RuntimeParts } from '../index.ts'
import { type Grounds, inWorktrees, runnerWith } from '../worktree/index.ts'
import { AcpMind } from './acp-mind.ts'
import { AgentStates } from './agent-states.ts'
import { InstalledAgents } from './installed.ts'
import { presetsWith } from './presets.ts'
import { planAgain, planChild, planSpawn } from './plan-spawn.ts'

export type { InstalledAgent, InstalledAgents } from './installed.ts'

/** Agents that speak the Agent Client Protocol over their input and output, in our own sandbox on a worktree of ours. */
export function createAcpRuntime(parts: RuntimeParts, grounds: Grounds): Runtime {
  const { config, models, modelTable, agents } = parts
  const states = new AgentStates(join(config.MOSAIC_DATA_DIR, 'agent-states'))
  const { git, chooseSandbox } = grounds
  const { addressOf } = models
  const planning = { git, models, chooseSandbox, modelTable, agents, addressOf }
  return {
    kind: 'acp',
    ...inWorktrees(grounds),
    canRun: ({ agent }) => agent === null || agents.folderOf(agent).ok,
    plan: (request) => planSpawn(planning, request),
    planChild: (parent, request) => planChild(planning, parent, request),
    planAgain: (earlier, request) => planAgain(planning, earlier, request),
    // What crashes have left in worktrees is the same for all, and looked for by our own.
    async start() {
      const there = await states.names()
      return async (alive) => {
        const living = new Set(alive.map(({ sessionId }) => sessionId))
        for (const sessionId of there) if (!living.has(sessionId)) await states.remove(sessionId)
      }
    },
    run: runnerWith(grounds, (run) => new AcpMind(run, { agents, states, addressOf })),
  }
}

/** Those that can be had for an instance, kept in its data folder, and a person's own. */
export const installedAgents = (
  config: Configuration,
  { environment, clock }: Pick<RuntimeParts, 'environment' | 'clock'>,
) =>
  new InstalledAgents(
    join(config.MOSAIC_DATA_DIR, 'agents'),
    presetsWith(config.MOSAIC_AGENT_PRESETS ?? []),
    environment,
    clock,
  )
