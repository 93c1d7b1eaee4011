import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Instance } from '@mosaic/e2e/instance'
import { eventually } from '@mosaic/kit'
import { apiOf } from '../api.ts'

type Agents = { readonly repository: string; readonly sandbox: 'bubblewrap' | 'docker'; readonly count: number }

/** No repository has a file of that name. */
const mark = 'first-command-of-the-bench'

/** Who was spawned before has given back what it held. */
export const nobodyWorks = (instance: Instance) =>
  eventually('all worktrees are given back', () => readdirSync(worktreesOf(instance)).length === 0, 600_000)

/** From the spawns, all at once, to the first command of each in its sandbox; all of them are there at the end. In milliseconds. */
export async function firstCommands(instance: Instance, { repository, sandbox, count }: Agents): Promise<number[]> {
  const file = join(instance.folder, 'first-commands.yaml')
  const call = { tool: 'shell', input: { command: `touch ${mark}; sleep 3000`, timeout_seconds: 3600 } }
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ name: 'first', description: 'Begins.', agents: [{ name: 'a', steps: [{ call }] }] }),
  )
  const request = { repository, task: 'Begin.', model: `scripted:${file}`, sandbox }
  const api = apiOf(instance)
  const startedAt = Date.now()
  await Promise.all(Array.from({ length: count }, () => api.spawnAgent(request)))
  const begun = await eventually(
    'all have run a command',
    () => {
      const found = marks(worktreesOf(instance))
      return found.length >= count ? found : undefined
    },
    600_000,
  )
  await api.killAllAgents()
  return begun.map((at) => at - startedAt)
}

const worktreesOf = ({ data }: Instance): string => join(data, 'git/worktrees')

/** When each was made. */
const marks = (folder: string): number[] =>
  readdirSync(folder).flatMap((name) => statSync(join(folder, name, mark), { throwIfNoEntry: false })?.mtimeMs ?? [])
