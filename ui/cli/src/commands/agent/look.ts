import { systemClock } from '@mosaic/contracts/kernel'
import { type AgentType, agentType, sessionStatus, type SessionTree } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Option } from 'commander'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { entryText } from '../../format/conversation.ts'
import { sessionDetails, sessionTable, sessionTreeText } from '../../format/session.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { missionShown } from '../mission/mission-shown.ts'
import { findSessionId } from './find-session.ts'
import { lineOf } from './line.ts'
import { exitCodeOf, watchSession } from './watch-session.ts'

/** As lists show them: one that was terminated is none that has completed. */
const shownStatuses = [...sessionStatus.options, 'terminated'] as const
type ShownStatus = (typeof shownStatuses)[number]

const askedFor = (status: ShownStatus | undefined) => {
  if (status === 'terminated') return { status: 'completed', outcome: 'terminated' } as const
  return status === 'completed' ? ({ status, outcome: 'finished' } as const) : { status }
}

type ListOptions = { status?: ShownStatus; type?: AgentType } & Partial<
  Record<'modelProvider' | 'mission' | 'parent' | 'search' | 'limit' | 'cursor', string>
>

export const registerList: Register = (agent) => {
  agent
    .command('list')
    .description('sessions, newest first')
    .addOption(new Option('--status <status>').choices(shownStatuses))
    .addOption(new Option('--type <type>').choices(agentType.options))
    .option('--model-provider <name>', 'who answers the model calls')
    .option('--mission <id>')
    .option('--parent <id>')
    .option('--search <text>', 'in name and task')
    .option('--limit <n>', 'sessions at most', '50')
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .action(
      gatewayAction(async ({ client, json }, options: ListOptions) => {
        const { status, type, modelProvider, mission, parent, search, limit, cursor } = options
        const query = {
          ...askedFor(status),
          agentType: type,
          modelProvider,
          missionId: mission,
          parentSessionId: parent,
          q: search,
          limit,
          cursor,
        }
        const page = await client.call(gatewayRoutes.sessions, { query })
        if (json) return printJson(page)
        const line = await lineOf(client, page.items)
        print(page.items.length > 0 ? sessionTable(page.items, systemClock.now(), line) : 'There are no sessions.')
        if (page.nextCursor) print(pc.dim(`more: --cursor ${page.nextCursor}`))
      }),
    )
}

export const registerShow: Register = (agent) => {
  agent
    .command('show <id>')
    .description('one session')
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const id = await findSessionId(client, given)
        const session = await client.call(gatewayRoutes.session, { params: { id } })
        if (json) printJson(session)
        else {
          const [line, mission] = await Promise.all([
            lineOf(client, [session]),
            missionShown(client, session.missionId),
          ])
          print(sessionDetails(session, systemClock.now(), { line, mission }))
        }
      }),
    )
}

export const registerMessages: Register = (agent) => {
  agent
    .command('messages <id>')
    .description('what was said and done in a session')
    .option('--limit <n>', 'entries at most', '100')
    .option('--after-revision <n>', 'entries above this revision, oldest first', wholeFrom(-1))
    .option('--before-revision <n>', 'entries below this one', wholeFrom(0))
    .option('--full', 'all of what tools were given and answered, not a line of it')
    .option(
      '--follow',
      'everything from the start, then live until the session has ended; JSON lines of events with --json',
    )
    .action(
      gatewayAction(
        async (
          context,
          given: string,
          options: { limit: string; afterRevision?: number; beforeRevision?: number; full?: boolean; follow?: boolean },
        ) => {
          const { client, json } = context
          const id = await findSessionId(client, given)
          const detail = options.full ? 'full' : 'line'
          if (options.follow) {
            const fromRevision = (options.afterRevision ?? -1) + 1
            return exitCodeOf(await watchSession(context, id, { fromRevision, show: true, detail }))
          }
          const { limit, afterRevision, beforeRevision } = options
          const page = await client.call(gatewayRoutes.messages, {
            params: { id },
            query: { limit, afterRevision, beforeRevision },
          })
          if (json) return printJson(page)
          for (const text of page.items.map((entry) => entryText(entry, detail))) if (text !== '') print(text)
          const last = page.items.at(-1)
          if (page.hasMore && last && beforeRevision === undefined)
            print(pc.dim(`more: --after-revision ${last.revision}`))
        },
      ),
    )
}

export const registerTree: Register = (agent) => {
  agent
    .command('tree')
    .description('sessions under those that spawned them')
    .option('--mission <id>')
    .action(
      gatewayAction(async ({ client, json }, { mission }: { mission?: string }) => {
        const tree = await client.call(gatewayRoutes.tree, { query: { missionId: mission } })
        if (json) return printJson(tree)
        const line = await lineOf(client, allIn(tree.roots))
        print(tree.roots.length > 0 ? sessionTreeText(tree.roots, systemClock.now(), line) : 'There are no sessions.')
      }),
    )
}

const allIn = (nodes: readonly SessionTree[]): SessionTree[] => nodes.flatMap((node) => [node, ...allIn(node.children)])
