import { z } from 'zod'

const path = z.string().min(1).max(4_096)
const branch = z.string().min(1).max(200)
const seconds = (max: number) => z.number().int().min(1).max(max)

/** Input of every tool that an agent has. Strict: a misspelt field is told to the model, not ignored. */
export const toolInputs = {
  shell: z.strictObject({
    command: z.string().min(1).max(64_000).describe('Run by `sh -c` in the root of the worktree.'),
    timeout_seconds: seconds(3_600).optional().describe('After this long the command is killed. Default 120.'),
  }),
  read_file: z.strictObject({
    path: path.describe('Relative to the root of the worktree.'),
    offset: z.number().int().min(1).optional().describe('First line to read, from 1.'),
    limit: z.number().int().min(1).max(10_000).optional().describe('How many lines. Default 2000.'),
  }),
  write_file: z.strictObject({
    path: path.describe('Relative to the root of the worktree. Missing folders are made.'),
    content: z.string().max(1_000_000),
  }),
  edit_file: z.strictObject({
    path,
    old_text: z.string().min(1).describe('Must occur exactly once in the file, to the letter.'),
    new_text: z.string().max(1_000_000),
  }),
  list_files: z.strictObject({
    path: path.optional().describe('A folder. Default: the whole worktree.'),
    glob: z.string().min(1).max(500).optional().describe('For example `src/**/*.ts`, relative to path.'),
  }),
  search: z.strictObject({
    pattern: z.string().min(1).max(2_000).describe('An extended regular expression (POSIX).'),
    path: path.optional().describe('A folder or file. Default: the whole worktree.'),
    glob: z.string().min(1).max(500).optional().describe('Search only files that match, relative to path.'),
  }),
  commit: z.strictObject({
    message: z.string().trim().min(1).max(10_000).describe('First line: a summary of at most 72 characters.'),
  }),
  merge_branch: z.strictObject({ branch: branch.describe('A branch of the repository, e.g. a sub-agent’s.') }),
  spawn_agent: z.strictObject({
    task: z
      .string()
      .trim()
      .min(1)
      .max(64_000)
      .describe('Everything that the agent needs to know; it sees nothing else.'),
    agent_type: z.enum(['worker', 'reviewer', 'tester', 'lead']),
    name: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .optional()
      .describe('What people will see it as, e.g. its role in two words.'),
    branch: branch.optional().describe('Where its work begins. Default: the branch that you began from.'),
  }),
  wait_for_agents: z.strictObject({
    session_ids: z.array(z.string().min(1)).min(1).max(100).optional().describe('Default: all that you spawned.'),
    timeout_seconds: seconds(86_400).optional(),
  }),
  ask_operator: z.strictObject({
    question: z.string().trim().min(1).max(8_000),
    options: z.array(z.string().min(1).max(500)).min(2).max(10).optional(),
    default_answer: z.string().min(1).max(8_000).optional().describe('Used when nobody answers in time.'),
    timeout_seconds: seconds(86_400).optional(),
  }),
  finish: z.strictObject({
    summary: z.string().trim().min(1).max(16_000).describe('What was done, what was not, how it was checked.'),
    outcome: z.enum(['completed', 'failed']),
  }),
} as const

export type ToolName = keyof typeof toolInputs
export type ToolInput<Name extends ToolName> = z.infer<(typeof toolInputs)[Name]>

/** These run in the sandbox or on its worktree; the agent loop answers the others itself. */
export const sandboxTools = [
  'shell',
  'read_file',
  'write_file',
  'edit_file',
  'list_files',
  'search',
  'commit',
  'merge_branch',
] as const satisfies readonly ToolName[]
export type SandboxTool = (typeof sandboxTools)[number]

const descriptions: Record<ToolName, string> = {
  shell:
    'Runs a command in the sandbox and answers its output and exit code. There is no network. The worktree and /tmp are writable. ' +
    'What a command starts in the background goes on running. git can read here; to commit, use the commit tool.',
  read_file: 'Reads a text file of the worktree.',
  write_file:
    'Writes a file of the worktree, new or in place of what is there. To change a part of a file use edit_file.',
  edit_file: 'Replaces one passage of a file. It must occur exactly once: give enough of the lines around it.',
  list_files: 'Lists the files of the worktree, without those that git ignores.',
  search: 'Searches the files of the worktree and answers `file:line:text`, without what git ignores and binary files.',
  commit:
    'Commits every change in the worktree to your branch and pushes it. Refused when the changes hold secrets such as API keys.',
  merge_branch:
    'Merges another branch into yours, e.g. what a sub-agent has committed. On conflict nothing changes and the files are named.',
  spawn_agent:
    'Starts another agent on a task of its own, with its own sandbox, worktree and branch. It runs while you go on.',
  wait_for_agents: 'Waits until agents have ended and answers status, branch and summary of each.',
  ask_operator:
    'Asks the person in charge and waits. Use it for decisions that are not yours to take, not for what you can find out.',
  finish: 'Ends your work. Commit first: what is not committed is lost.',
}

export type ToolDefinition = {
  readonly name: ToolName
  readonly description: string
  readonly input_schema: { readonly type: 'object'; readonly [key: string]: unknown }
}

/** As the Messages API takes them in `tools`. */
export const toolDefinitions: readonly ToolDefinition[] = (Object.keys(toolInputs) as ToolName[]).map((name) => {
  const { $schema: _, ...schema } = z.toJSONSchema(toolInputs[name], { io: 'input' })
  return { name, description: descriptions[name], input_schema: { ...schema, type: 'object' } }
})
