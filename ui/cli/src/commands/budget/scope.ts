import type { Client } from '@mosaic/client'
import type { BudgetScope } from '@mosaic/contracts/budget'
import { ownWorkspace } from '@mosaic/contracts/http'
import { type Command, InvalidArgumentError } from 'commander'
import { findSessionId } from '../agent/find-session.ts'
import { findMissionId } from '../mission/find-mission.ts'
import { findTaskId } from '../task/find-task.ts'

export type ScopeOption = { readonly for?: readonly string[] }

export const forOption = (command: Command): Command =>
  command.option(
    '--for <whom...>',
    'workspace, mission ID, task ID or session ID: whose spending is meant (default: workspace)',
  )

const finders = { mission: findMissionId, task: findTaskId, session: findSessionId } as const

/** Whose budget a person means. */
export async function findScope(client: Client, { for: given = ['workspace'] }: ScopeOption): Promise<BudgetScope> {
  const [kind, id, ...rest] = given
  if (kind === 'workspace' && id === undefined) return { kind, id: ownWorkspace }
  const isNamed = kind === 'mission' || kind === 'task' || kind === 'session'
  if (!isNamed || id === undefined || rest.length > 0) {
    throw new InvalidArgumentError('--for: expected workspace, mission ID, task ID or session ID.')
  }
  return { kind, id: await finders[kind](client, id) }
}
