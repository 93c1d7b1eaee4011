import { resolve } from 'node:path'
import { agentType, sandboxKind, type SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { qualityProfile } from '@mosaic/contracts/quality'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Option } from 'commander'
import { CliError, exitCodes, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { policyFrom } from '../approval/policy-file.ts'
import { absoluteRepository } from '../repo/absolute-repository.ts'
import { termsOf, type TermsOptions, termsOptions } from '../terms-options.ts'
import { findSessionId } from './find-session.ts'
import { readText } from './read-text.ts'
import { withApproval } from './with-approval.ts'
import { afterSpawn, exitCodesHelp, followOption, type Watching, waitOption } from './after-spawn.ts'

type SpawnOptions = {
  repo?: string
  provider?: string
  runtime?: string
  branch?: string
  task?: string
  terminal?: string
  model?: string
  type?: SpawnAgentInput['agentType']
  name?: string
  sandbox?: SpawnAgentInput['sandbox']
  gates?: SpawnAgentInput['gates']
  yolo?: boolean
  maxTurns?: number
  agent?: string
  approvals?: string
  mission?: string
  parent?: string | undefined
  withChanges?: boolean
} & TermsOptions &
  Watching

export const registerSpawn: Register = (agent) => {
  termsOptions(agent.command('spawn').description('spawn an agent that works on a repository'))
    .option('--repo <path-or-url>', 'repository: a folder, or an https or ssh URL (not with --provider)')
    .option('--provider <name>', 'at a gateway that is configured, as mosaic provider list has it')
    .option('--runtime <kind>', 'what runs it (default: internal; openclaw with --provider, acp with --agent)')
    .option('--task <text>', 'what to do ("-" reads it from standard input)')
    .option('--terminal <command>', 'instead of an agent a terminal with this in it (bash, any program): agent attach')
    .option('--branch <name>', "where the agent starts from (default: the repository's own default branch)")
    .option(
      '--model <names>',
      'a model, scripted:NAME or scripted:PATH; several (a,b), or a route: the next while one cannot be had',
    )
    .option('--agent <name>', 'an agent of another maker, as mosaic preset list has it (claude-code, opencode)')
    .option('--approvals <policy>', 'what it may do: allow, ask (each time), or a file with a policy')
    .addOption(new Option('--type <type>', 'what kind of agent').choices(agentType.options))
    .option('--name <name>', 'how it is called')
    .addOption(new Option('--sandbox <kind>', 'where its tools run').choices(sandboxKind.options))
    .addOption(
      new Option('--gates <profile>', 'what its changes have to pass (default: standard)').choices(
        qualityProfile.options,
      ),
    )
    .option('--yolo', 'let its changes pass unseen; each time stands in the log')
    .option('--max-turns <n>', 'model calls at most', wholeFrom(1))
    .option('--mission <id>', 'mission that it belongs to')
    .option('--parent <id>', 'session that it works for')
    .option('--with-changes', 'start from what is not committed in the checkout as well')
    .option(...followOption)
    .option(...waitOption)
    .addHelpText('after', exitCodesHelp)
    .action(
      gatewayAction(async (context, options: SpawnOptions) => {
        const { client } = context
        const parent = options.parent === undefined ? undefined : await findSessionId(client, options.parent)
        const body = await spawnBody({ ...options, parent })
        const spawned = await withApproval(context, body, () =>
          showing('spawning', client.call(gatewayRoutes.spawn, { body })),
        )
        return afterSpawn(context, spawned, options)
      }),
    )
}

async function spawnBody(options: SpawnOptions): Promise<SpawnAgentInput> {
  const { branch, model, type, name, sandbox, maxTurns, mission, parent, withChanges, gates, yolo } = options
  return {
    ...placeOf(options),
    ...(branch !== undefined && { branch }),
    task: await taskOf(options),
    ...(withChanges && { withChanges }),
    ...(options.approvals !== undefined && { approvals: policyFrom(options.approvals) }),
    ...(model !== undefined && { model: absoluteModels(model) }),
    ...(type !== undefined && { agentType: type }),
    ...(name !== undefined && { name }),
    ...(sandbox !== undefined && { sandbox }),
    ...(gates !== undefined && { gates }),
    ...(yolo && { yolo }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(mission !== undefined && { missionId: mission }),
    ...(parent !== undefined && { parentSessionId: parent }),
    ...termsOf(options),
  }
}

/** In a terminal people do what is to be done. */
async function taskOf({ task, terminal }: SpawnOptions): Promise<string> {
  if (task !== undefined) return task === '-' ? readText([]) : task
  if (terminal !== undefined) return `A terminal: ${terminal}`
  throw new CliError('There is no task.', { exitCode: exitCodes.usage, hint: '--task "what to do"' })
}

/** Where it works: in a repository, unless it is at a provider. */
function placeOf(options: SpawnOptions): Partial<SpawnAgentInput> {
  const { repo, provider, runtime, agent, terminal } = options
  if (repo === undefined && provider === undefined) {
    throw new CliError('There is no place for it to work at.', {
      exitCode: exitCodes.usage,
      hint: '--repo names a repository, --provider a gateway',
    })
  }
  const kind = runtime ?? usualRuntime(options)
  return {
    ...(repo !== undefined && { repository: absoluteRepository(repo) }),
    ...(provider !== undefined && { provider }),
    ...(kind !== undefined && { runtime: kind }),
    ...(agent !== undefined && { agent }),
    ...(terminal !== undefined && { command: terminal }),
  }
}

function usualRuntime({ provider, agent, terminal }: SpawnOptions) {
  if (terminal !== undefined) return 'pty'
  if (provider !== undefined) return 'openclaw'
  return agent === undefined ? undefined : 'acp'
}

/** `scripted:PATH` names a file of the person's own; `scripted:NAME` a scenario that comes with Mosaic. */
export const absoluteModels = (given: string): string => given.split(',').map(absoluteModel).join(',')

function absoluteModel(given: string): string {
  const path = /^\s*scripted:(.*(?:\/|\.ya?ml$).*)$/.exec(given)?.[1]
  return path === undefined ? given : `scripted:${resolve(path)}`
}
