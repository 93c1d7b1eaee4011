import { agentType, sandboxKind, type SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { systemClock } from '@mosaic/contracts/kernel'
import { qualityProfile } from '@mosaic/contracts/quality'
import type { AddTaskInput } from '@mosaic/contracts/task'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { wholeFrom } from '../../numbers.ts'
import { absoluteModels } from '../agent/spawn.ts'
import { absoluteRepository } from '../repo/absolute-repository.ts'
import { momentOf } from '../span-options.ts'
import { list, termsOf, type TermsOptions, termsOptions } from '../terms-options.ts'

/** How the agents of a task are spawned, and where it stands in the queue. */
export type TaskOptions = {
  repo?: string
  branch?: string
  model?: string
  models?: string[]
  attempts?: number
  type?: SpawnAgentInput['agentType']
  sandbox?: SpawnAgentInput['sandbox']
  gates?: SpawnAgentInput['gates']
  yolo?: boolean
  maxTurns?: number
  priority?: number
  notBefore?: string
  maxRetries?: number
} & TermsOptions

export const taskOptions = (command: Command): Command =>
  termsOptions(command)
    .option('--repo <path-or-url>', 'repository: a folder, or an https or ssh URL')
    .option('--branch <name>', "where the agents start from (default: the repository's own default branch)")
    .option('--model <name>', 'a model, scripted:NAME or scripted:PATH')
    .option('--attempts <n>', 'so many agents work on it side by side; one of them is chosen', wholeFrom(1))
    .option('--models <names>', 'a model for each attempt, separated by commas', list)
    .addOption(new Option('--type <type>', 'what kind of agent').choices(agentType.options))
    .addOption(new Option('--sandbox <kind>', "where the agents' tools run").choices(sandboxKind.options))
    .addOption(new Option('--gates <profile>', 'what their changes have to pass').choices(qualityProfile.options))
    .option('--yolo', 'their changes pass unseen; each time stands in the log')
    .option('--max-turns <n>', 'model calls of an agent at most', wholeFrom(1))
    .option('--priority <n>', 'from 1 to 10, which is first (default: 5)', wholeFrom(1))
    .addOption(
      new Option('--not-before <moment>', 'a moment (2026-01-31T09:30), or in how long (30m, 2h, 3d)').argParser(
        laterMoment,
      ),
    )
    .option('--max-retries <n>', 'how often it is tried again after a failure (default: 2)', wholeFrom(0))

/** `2h` is two hours from now: what a task waits for lies ahead. */
function laterMoment(text: string): string {
  if (!/^\d{1,6}[smhd]$/.test(text)) return momentOf(text)
  const now = systemClock.now()
  const span = now.getTime() - new Date(momentOf(text, undefined, now)).getTime()
  return new Date(now.getTime() + span).toISOString()
}

/** The same as the gateway takes it. */
export function taskFieldsOf(options: TaskOptions): Omit<AddTaskInput, 'instructions'> {
  const {
    repo,
    branch,
    model,
    models,
    attempts,
    type,
    sandbox,
    gates,
    yolo,
    maxTurns,
    priority,
    notBefore,
    maxRetries,
  } = options
  if (models && (model !== undefined || attempts !== undefined)) {
    throw new InvalidArgumentError('--models goes alone: it says how many attempts there are, and the model of each.')
  }
  return {
    ...(repo !== undefined && { repository: absoluteRepository(repo) }),
    ...(branch !== undefined && { branch }),
    ...(model !== undefined && { model: absoluteModels(model) }),
    ...(models && { models: models.map(absoluteModels) }),
    ...(attempts !== undefined && { attempts }),
    ...(type !== undefined && { agentType: type }),
    ...(sandbox !== undefined && { sandbox }),
    ...(gates !== undefined && { gates }),
    ...(yolo && { yolo }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(priority !== undefined && { priority }),
    ...(notBefore !== undefined && { notBefore }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...termsOf(options),
  }
}
