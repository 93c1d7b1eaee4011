import { resolve } from 'node:path'
import { agentType, sandboxKind, type SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, type SpawnAnswer } from '@mosaic/contracts/http'
import { Option } from 'commander'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { statusMark } from '../../format/session.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { absoluteRepository } from '../repo/absolute-repository.ts'
import { findSessionId } from './find-session.ts'
import { readText } from './read-text.ts'
import { withApproval } from './with-approval.ts'
import { exitCodeOf, watchSession } from './watch-session.ts'

type SpawnOptions = {
  repo: string
  branch: string
  task: string
  model?: string
  type?: SpawnAgentInput['agentType']
  name?: string
  sandbox?: SpawnAgentInput['sandbox']
  maxTurns?: string
  mission?: string
  parent?: string | undefined
  follow?: boolean
  wait?: boolean
}

export const registerSpawn: Register = (agent) => {
  agent
    .command('spawn')
    .description('spawn an agent that works on a repository')
    .requiredOption('--repo <path-or-url>', 'repository: a folder, or an https or ssh URL')
    .requiredOption('--task <text>', 'what to do ("-" reads it from standard input)')
    .option('--branch <name>', 'where the agent starts from', 'main')
    .option('--model <name>', 'a model, scripted:NAME or scripted:PATH')
    .addOption(new Option('--type <type>', 'what kind of agent').choices(agentType.options))
    .option('--name <name>', 'how it is called')
    .addOption(new Option('--sandbox <kind>', 'where its tools run').choices(sandboxKind.options))
    .option('--max-turns <n>', 'model calls at most')
    .option('--mission <id>', 'mission that it belongs to')
    .option('--parent <id>', 'session that it works for')
    .option('--follow', 'show what it says and does until it has ended')
    .option('--wait', 'wait until it has ended; with --json the session is printed then')
    .addHelpText(
      'after',
      '\nExit codes: 0 spawned, or completed with --wait or --follow; 1 failed or killed; 4 refused.',
    )
    .action(
      gatewayAction(async (context, options: SpawnOptions) => {
        const { client, json } = context
        const parent = options.parent === undefined ? undefined : await findSessionId(client, options.parent)
        const body = await spawnBody({ ...options, parent })
        const spawned = await withApproval(context, body, () =>
          showing('spawning', client.call(gatewayRoutes.spawn, { body })),
        )
        const { sessionId } = spawned
        if (!options.wait && !options.follow) {
          if (json) printJson(spawned)
          else print(`${spawnedText(spawned)}\n${pc.dim(`mosaic agent messages ${sessionId} --follow`)}`)
          return
        }
        if (!json) print(spawned.queued ? spawnedText(spawned) : `${pc.dim('session')} ${sessionId}`)
        const show = options.follow === true
        const watching = watchSession(context, sessionId, { fromRevision: 0, show })
        const session = await (show ? watching : showing('waiting for it to end', watching))
        if (json && !show) printJson(session)
        if (!json) print(`${statusMark(session.status)}${session.branch ? ` on ${session.branch}` : ''}`)
        if (!json && session.failure) print(`${session.failure.code}: ${session.failure.message}`)
        return exitCodeOf(session)
      }),
    )
}

const spawnedText = ({ sessionId, queued }: SpawnAnswer) =>
  queued
    ? `Queued ${pc.bold(sessionId)}: ${queued.place} in line, it starts when its turn comes (${queued.most} agents at a time, MOSAIC_LIMIT_INSTANCE)`
    : `Spawned ${pc.bold(sessionId)}`

async function spawnBody(options: SpawnOptions): Promise<SpawnAgentInput> {
  const { repo, branch, task, model, type, name, sandbox, maxTurns, mission, parent } = options
  return {
    repository: absoluteRepository(repo),
    branch,
    task: task === '-' ? await readText([]) : task,
    ...(model !== undefined && { model: absoluteModel(model) }),
    ...(type !== undefined && { agentType: type }),
    ...(name !== undefined && { name }),
    ...(sandbox !== undefined && { sandbox }),
    ...(maxTurns !== undefined && { maxTurns: Number(maxTurns) }),
    ...(mission !== undefined && { missionId: mission }),
    ...(parent !== undefined && { parentSessionId: parent }),
  }
}

/** `scripted:PATH` names a file of the person's own; `scripted:NAME` a scenario that comes with Mosaic. */
export function absoluteModel(given: string): string {
  const path = /^scripted:(.*(?:\/|\.ya?ml$).*)$/.exec(given)?.[1]
  return path === undefined ? given : `scripted:${resolve(path)}`
}
