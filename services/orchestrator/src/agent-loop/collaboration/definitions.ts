import { agentType } from '@mosaic/contracts/agent-session'
import { z } from 'zod'
import type { ToolDefinition } from '../model/request.ts'

const seconds = (most: number) => z.number().positive().max(most)

/** Tools by which agents and people work together: they act on sessions, not on the worktree. */
export const collaborationInputs = {
  spawn_agent: z.object({
    task: z
      .string()
      .trim()
      .min(1)
      .describe('What the agent is to do, with all that it needs to know: it sees nothing of this conversation.'),
    agent_type: agentType.default('worker'),
    branch: z
      .string()
      .min(1)
      .max(250)
      .optional()
      .describe("The branch that it starts from; this agent's base branch unless given."),
  }),
  wait_for_agents: z.object({
    session_ids: z.array(z.string()).min(1).max(100).optional().describe('All agents that you spawned, unless given.'),
    timeout_seconds: seconds(7200).default(1800),
  }),
  ask_operator: z.object({
    question: z.string().trim().min(1).max(10_000),
    options: z.array(z.string().min(1).max(500)).max(20).optional(),
    default_answer: z.string().max(10_000).optional().describe('Taken when nobody answers in time.'),
    timeout_seconds: seconds(86_400).optional(),
  }),
  finish: z.object({
    summary: z.string().max(20_000).describe('What changed and how it was checked, in a few sentences.'),
    outcome: z.enum(['completed', 'failed']).default('completed'),
  }),
} as const

export type CollaborationTool = keyof typeof collaborationInputs
export type InputOf<Tool extends CollaborationTool> = z.output<(typeof collaborationInputs)[Tool]>

export const isCollaborationTool = (name: string): name is CollaborationTool => Object.hasOwn(collaborationInputs, name)

const descriptions: Record<CollaborationTool, string> = {
  spawn_agent:
    'Starts another agent on the same repository, in a worktree and on a branch of its own. It works at the same time as you; wait for it with wait_for_agents, then merge its branch.',
  wait_for_agents:
    'Waits until agents have ended and answers what became of each. It answers early, with agents still running, when an operator has something to say or the time is up: call it again then.',
  ask_operator:
    'Asks the person in charge and waits for the answer. For what matters and cannot be found out otherwise.',
  finish: 'Ends your work. Call it alone, as the last thing.',
}

export const collaborationDefinitions: readonly ToolDefinition[] = Object.entries(collaborationInputs).map(
  ([name, schema]) => ({
    name,
    description: descriptions[name as CollaborationTool],
    input_schema: { type: 'object', ...inputSchema(schema) },
  }),
)

function inputSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' })
  return json
}
