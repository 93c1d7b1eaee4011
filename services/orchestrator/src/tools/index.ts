import type { Spec } from '../domain/agent-session/index.ts'
import { askOperator } from './collaboration/ask-operator.ts'
import { finish } from './collaboration/finish.ts'
import { spawnAgent } from './collaboration/spawn-agent.ts'
import { submitReview } from './collaboration/submit-review.ts'
import { waitForAgents } from './collaboration/wait-for-agents.ts'
import type { Tool } from './contract.ts'
import { refused, type ToolOutcome } from './execute-tool.ts'
import { editFile, readFile, writeFile } from './file-tools.ts'
import { commit, mergeBranch } from './git-tools.ts'
import { listFiles, search, shell } from './shell-tools.ts'

export type { SpawnChild, Tool, ToolSession, WorkContext } from './contract.ts'
export { definitionOf, type ToolDefinition } from './definition.ts'
export { commit } from './git-tools.ts'
export { shorten } from './shorten.ts'
export { executeTool, refused, type ToolOutcome } from './execute-tool.ts'

/** Everything that an agent of ours can do. What the model is told, how a call is run and the documentation follow from it. */
export const tools = [
  shell,
  readFile,
  writeFile,
  editFile,
  listFiles,
  search,
  commit,
  mergeBranch,
  spawnAgent,
  waitForAgents,
  askOperator,
  submitReview,
  finish,
] as const satisfies readonly Tool[]

export type ToolName = (typeof tools)[number]['name']

export const toolNamed = (name: string, among: readonly Tool[] = tools): Tool | undefined =>
  among.find((tool) => tool.name === name)

/** Whether policies are asked about it: not what talks to people and waits for others. */
export const isJudged = ({ runs, name }: Tool): boolean => runs !== 'waiting' || name === spawnAgent.name

/** What a session can do: one that was spawned to review, or any other. */
export const toolsFor = ({ reviews }: Pick<Spec, 'reviews'>): readonly Tool[] =>
  tools.filter((tool: Tool) => (reviews ? tool.reviewers !== undefined : tool.reviewers !== 'alone'))

/** What a model is told that calls a tool which is not there. */
export const unknownTool = (name: string, among: readonly Tool[]): ToolOutcome =>
  refused(
    'UNKNOWN_TOOL',
    `There is no tool ${name.slice(0, 100)}. The tools are: ${among.map((tool) => tool.name).join(', ')}.`,
  )
