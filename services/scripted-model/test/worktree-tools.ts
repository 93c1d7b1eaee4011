// The tools that touch files and git, without a sandbox: what the scenarios run is known.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export const toolNames = [
  'shell',
  'read_file',
  'write_file',
  'edit_file',
  'list_files',
  'search',
  'commit',
  'merge_branch',
  'spawn_agent',
  'wait_for_agents',
  'ask_operator',
  'finish',
]

export interface ToolAnswer {
  text: string
  isError: boolean
}

type Input = Record<string, string>
type Place = { worktree: string; branch: string }

/** Answers what a tool of that name would; a refusal is an error result, as an agent gets it. */
export async function useWorktreeTool(place: Place, name: string, input: Input): Promise<ToolAnswer> {
  const tool = tools[name]
  if (!tool) return { text: `unknown tool ${name}`, isError: true }
  try {
    return { text: await tool(place, input), isError: false }
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), isError: true }
  }
}

const tools: Record<string, (place: Place, input: Input) => Promise<string>> = {
  // Nothing here is worth waiting for in real time.
  shell: ({ worktree }, { command = '' }) =>
    execute(worktree, 'sh', '-c', command.replace(/^sleep (\d+)/, 'sleep 0.$1')),
  read_file: ({ worktree }, { path = '' }) => readFile(join(worktree, path), 'utf8'),
  list_files: ({ worktree }, { path = '.' }) => execute(worktree, 'git', 'ls-files', '--cached', '--others', path),
  search: ({ worktree }, { pattern = '', path = '.' }) => execute(worktree, 'grep', '-rnE', pattern, path),
  write_file: async ({ worktree }, { path = '', content = '' }) => {
    await mkdir(dirname(join(worktree, path)), { recursive: true })
    await writeFile(join(worktree, path), content)
    return 'written'
  },
  edit_file: async ({ worktree }, { path = '', old_text = '', new_text = '' }) => {
    const text = await readFile(join(worktree, path), 'utf8')
    if (text.split(old_text).length !== 2) throw new Error('old_text must occur exactly once')
    await writeFile(
      join(worktree, path),
      text.replace(old_text, () => new_text),
    )
    return 'edited'
  },
  commit: async ({ worktree, branch }, { message = '' }) => {
    await execute(worktree, 'git', 'add', '--all')
    await execute(worktree, 'git', ...identity, 'commit', '--quiet', '--message', message)
    const commit = await execute(worktree, 'git', 'rev-parse', 'HEAD')
    return JSON.stringify({ commit: commit.trim(), branch, pushed: true })
  },
  merge_branch: async ({ worktree }, { branch = '' }) => {
    await execute(worktree, 'git', ...identity, 'merge', '--quiet', '--no-edit', branch)
    return JSON.stringify({ commit: (await execute(worktree, 'git', 'rev-parse', 'HEAD')).trim() })
  },
}

const identity = ['-c', 'user.name=Agent', '-c', 'user.email=agent@mosaic.example', '-c', 'commit.gpgsign=false']

export function execute(cwd: string, file: string, ...args: string[]): Promise<string> {
  // One process for all test files of the repository: they are many small ones, run many times over.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_OPTIONS: '--test-isolation=none' }
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`exit code ${error.code}\n${stdout}${stderr}`))
      else resolve(stdout + stderr)
    })
  })
}
