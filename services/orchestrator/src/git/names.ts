import { err, ok } from '@mosaic/contracts/kernel'
import type { AgentWork, GitResult } from './contract/index.ts'

/** The rules of git-check-ref-format(1), and nothing that a command line could take for an option. */
export function checkBranchName(name: string): GitResult<string> {
  const parts = name.split('/')
  const isValid =
    name.length > 0 &&
    name.length <= 200 &&
    !name.startsWith('-') &&
    name !== '@' &&
    !name.endsWith('.') &&
    !/\.\.|@\{|[ ~^:?*[\\]/.test(name) &&
    !hasControlCharacter(name) &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !part.startsWith('-') && !part.endsWith('.lock'))
  return isValid
    ? ok(name)
    : err({ code: 'BRANCH_NAME_INVALID', message: `${JSON.stringify(name)} is no branch name.`, field: 'branch' })
}

/** The folder of an agent's work on a task. Ids come from us, but they become paths: letters and dashes only. */
export function workName(agentId: string, taskId: string): string {
  const name = `agent-${agentId}-${taskId}`
  if (!/^[A-Za-z0-9-]{1,180}$/.test(name)) throw new RangeError(`not usable as a name: ${JSON.stringify(name)}`)
  return name
}

const id = '([0-9a-f-]{36}|[^-]+)'
const workNamePattern = new RegExp(`^agent-${id}-${id}$`)

/** Whose work a folder of that name is; undefined where `workName` did not make it. */
export function workOf(name: string): AgentWork | undefined {
  const [, agentId, taskId] = workNamePattern.exec(name) ?? []
  return agentId && taskId ? { agentId, taskId } : undefined
}

/** Where what a session had not committed is kept. */
export const keptRef = (sessionId: string): string => `refs/mosaic/wip/${sessionId}`

/** Where a session's files are kept as they were after the fact of that revision. */
export const checkpointRef = (sessionId: string, revision: number): string =>
  `refs/mosaic/checkpoints/${sessionId}/${revision}`

/** Where a merge queue holds what it tries to land. */
export const landingRef = (queueId: string): string => `refs/mosaic/landings/${queueId}`

/** Agents push no branch of another name, but where `mosaic/` cannot be a folder at the origin. */
export const isWorkBranch = (name: string): boolean => /^mosaic[/-]/.test(name)

/** What an agent's branch is called at an origin that cannot have it under its own name. */
export const nameInstead = (branch: string): string => branch.replaceAll('/', '-')

export function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f')
}
