import { gateWords } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { LandingView, MergeQueueView } from '@mosaic/contracts/merge-queue'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../../cli.ts'
import { table } from '../../../format/table.ts'
import { harmless, oneLine, shortIds } from '../../../format/text.ts'
import { gatewayAction } from '../../../gateway/action.ts'
import { absoluteRepository } from '../../repo/absolute-repository.ts'

type ListOptions = { repo?: string; all?: boolean }

export const registerQueueList: Register = (queue) => {
  queue
    .command('list')
    .description('branches that wait to land, in their order')
    .option('--repo <path-or-url>', 'of this repository alone')
    .option('--all', 'also what has become of the last that did')
    .action(
      gatewayAction(async ({ client, json }, { repo, all }: ListOptions) => {
        const repository = repo === undefined ? undefined : absoluteRepository(repo)
        const { items } = await client.call(gatewayRoutes.mergeQueues, { query: { repository } })
        if (json) return printJson({ items })
        const shown = items.filter(({ open }) => all || open.length > 0)
        print(
          shown.length > 0 ? shown.map((each) => queueText(each, all ?? false)).join('\n\n') : 'Nothing waits to land.',
        )
      }),
    )
}

function queueText(queue: MergeQueueView, all: boolean): string {
  const { repository, into, batch, halted, trouble, open, over } = queue
  const landings = [...open, ...(all ? over : [])]
  const short = shortIds(landings.map(({ landingId }) => landingId))
  const rows = landings.map((landing) => [
    short.get(landing.landingId)!,
    statusText(landing),
    harmless(landing.branch),
    landing.how,
    oneLine(landing.title, 40),
    harmless(oneLine(landing.obstacle?.message ?? '', 60)),
  ])
  return [
    pc.bold(harmless(`${into} of ${repository}`)),
    ...(batch ? [batchText(queue, batch)] : []),
    ...(halted && open.length > 0 ? [pc.yellow(harmless(`Waits: ${halted.message}`))] : []),
    ...(trouble ? [pc.yellow(harmless(`Tried anew: ${trouble}`))] : []),
    table(['id', 'status', 'branch', 'how', 'task', 'why not'], rows),
  ].join('\n')
}

const states = {
  stacking: 'are put on top of each other',
  checking: 'are looked at by their gates',
  pushing: 'have passed, and land',
} as const

function batchText({ repository }: MergeQueueView, batch: NonNullable<MergeQueueView['batch']>): string {
  const branches = batch.landingIds.length === 1 ? '1 branch' : `${batch.landingIds.length} branches`
  if (batch.state === 'held')
    return pc.yellow(
      harmless(`${branches} have passed and wait for you: git -C ${repository} merge --ff-only ${batch.ref}`),
    )
  if (batch.isUnseen) return pc.red(`${branches} land past all gates`)
  const gates = batch.gates.length > 0 ? ` (${gateWords(batch.gates)})` : ''
  return `${branches} ${states[batch.state]}${gates}`
}

function statusText({ status, times, sessionId }: LandingView): string {
  if (status === 'agent') return pc.yellow(`with its agent (${times}): ${sessionId.slice(0, 8)}`)
  if (status === 'landed') return pc.green(status)
  return status === 'returned' ? pc.red('not landed') : status
}
