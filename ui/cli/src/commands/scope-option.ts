import type { Client } from '@mosaic/client'
import type { KillScope } from '@mosaic/contracts/fleet'
import { type Command, Option } from 'commander'
import { findSessionId } from './agent/find-session.ts'
import { findMissionId } from './mission/find-mission.ts'
import { findOwnerId } from './worker/find-worker.ts'

/** Whom of the fleet a command means, as it is said on the line: everyone where nothing is. */
export type ScopeOptions = {
  readonly mission?: string
  readonly runtime?: string
  readonly provider?: string
  readonly worker?: string
  readonly tree?: string
}

const flags: Readonly<Record<keyof ScopeOptions, readonly [flag: string, words: string]>> = {
  mission: ['--mission <id>', 'only agents of this mission'],
  runtime: ['--runtime <name>', 'only agents that this runtime runs, e.g. internal'],
  provider: ['--provider <name>', 'only agents on this model provider'],
  worker: ['--worker <id>', 'only agents that this worker runs'],
  tree: ['--tree <id>', 'only this agent and all below it'],
}
const names = Object.keys(flags) as (keyof ScopeOptions)[]

export function addScopeOptions(command: Command): Command {
  for (const name of names) {
    const others = names.filter((other) => other !== name)
    command.addOption(new Option(...flags[name]).conflicts(others))
  }
  return command
}

/** Whole ids, but a worker's, need nobody who knows them: the stop does not wait for one. */
export async function scopeOf(client: Client, given: ScopeOptions): Promise<KillScope> {
  const { mission, runtime, provider, worker, tree } = given
  if (mission !== undefined) return { kind: 'mission', missionId: await findMissionId(client, mission) }
  if (runtime !== undefined) return { kind: 'runtime', runtime }
  if (provider !== undefined) return { kind: 'modelProvider', modelProvider: provider }
  if (worker !== undefined) return { kind: 'worker', workerId: await findOwnerId(client, worker) }
  if (tree !== undefined) return { kind: 'subtree', sessionId: await findSessionId(client, tree) }
  return { kind: 'all' }
}
