import { ProblemError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { type LandingHow, landingHow, type LandingView } from '@mosaic/contracts/merge-queue'
import { Option } from 'commander'
import pc from 'picocolors'
import { agrees, canAsk } from '../../ask.ts'
import { CliError, exitCodes, print, printError, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { landingUnderWay } from './already-queued.ts'
import { type Asked, awaitLanding } from './await-landing.ts'
import { type LandPreview, landPreview, previewText } from './land-preview.ts'
import { landableSessions } from './landable.ts'

type LandOptions = {
  how: LandingHow
  into?: string
  queue?: boolean
  dryRun?: boolean
  yes?: boolean
}

const requestTimeoutMs = 90_000

export const registerLand: Register = (work) => {
  work
    .command('land <id>')
    .description('land the work of a session, of a task or of a mission on its base: shown first, and past its gates')
    .addOption(
      new Option('--how <way>', 'merge commit, one commit, or its commits on top')
        .choices(landingHow.options)
        .default('merge'),
    )
    .option('--into <branch>', 'another branch than the one that it began at')
    .option('--queue', 'do not wait for it; what does not land goes back to its agent first')
    .option('--dry-run', 'only show what would land')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nThe base moves only once the gates have passed on what it will hold, and only from where it stood then. A base that is\nchecked out in a repository of this machine is moved there, by your own git without its hooks.\n\nExit codes: 0 landed, or queued with --queue; 1 it did not land; 4 refused, e.g. because it conflicts.',
    )
    .action(
      gatewayAction(async (context, given: string, options: LandOptions) => {
        const ids = await landableSessions(context.client, given)
        const previews = await Promise.all(ids.map((id) => landPreview(context.client, id, options.into)))
        if (options.dryRun) return show(context, previews)
        await confirm(context, previews, options)
        const landings: unknown[] = []
        try {
          for (const preview of previews) landings.push(await landOne(context, preview, options))
        } finally {
          // Also where one is refused: what was done before it is done.
          if (context.json && landings.length > 0) printJson({ items: landings })
        }
        return landings.some(isFailed) ? exitCodes.failed : exitCodes.ok
      }),
    )
}

function show({ json }: Context, previews: readonly LandPreview[]): void {
  if (json) printJson({ items: previews })
  else print(previews.map(previewText).join('\n\n'))
}

async function confirm(
  { json, signal }: Context,
  previews: readonly LandPreview[],
  { yes }: LandOptions,
): Promise<void> {
  if (!json) print(previews.map(previewText).join('\n\n'))
  if (yes) return
  if (!canAsk()) throw new CliError('Landing needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
  const [first] = previews
  const what =
    previews.length === 1 && first
      ? `Land ${first.look.branch} on ${first.look.base}?`
      : `Land these ${previews.length} branches?`
  if (await agrees(harmless(what), signal)) return
  throw new CliError('Nothing was landed.', { exitCode: exitCodes.usage })
}

type Landed = Pick<LandPreview, 'sessionId'> & { look: Pick<LandPreview['look'], 'branch' | 'base' | 'baseCommit'> }

export async function landOne(context: Context, { sessionId, look }: Landed, { how, into, queue }: LandOptions) {
  const body = {
    sessionId,
    how,
    returnTo: queue ? ('agent' as const) : ('person' as const),
    ...(into !== undefined && { into }),
  }
  const branch = harmless(look.branch)
  const asked = await request(context, body, into ?? look.base)
  if (asked === 'there') {
    if (!context.json) print(`${harmless(look.base)} has all of ${branch} already.`)
    return { sessionId, status: 'landed', commit: look.baseCommit }
  }
  if (queue) {
    if (!context.json)
      print(`${pc.green('✓')} ${branch} is in the merge queue of ${harmless(asked.into)}: mosaic work queue list`)
    return asked
  }
  const landing = await showing(`landing ${branch}`, awaitLanding(context, asked))
  if (!context.json) print(outcome(landing, asked.into))
  return landing
}

type Body = { sessionId: string; how: LandingHow; returnTo: 'agent' | 'person'; into?: string }

async function request(
  { client, json }: Context,
  body: Body,
  base: string,
): Promise<(Asked & { into: string }) | 'there'> {
  try {
    return await client.call(gatewayRoutes.requestLanding, { body, timeoutMs: requestTimeoutMs })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { code, detail } = error.problem
    if (code === 'NOTHING_TO_LAND') return 'there'
    if (code === 'ALREADY_QUEUED') {
      const asked = { sessionId: body.sessionId, into: base, queue: body.returnTo === 'agent' }
      const underWay = await landingUnderWay(client, asked, detail)
      if (!json) printError(`${harmless(detail)}: this waits for it.`)
      return underWay
    }
    if (code !== 'MERGE_CONFLICT') throw error
    const hint = `Its agent resolves it, and it lands then: mosaic work land ${body.sessionId} --queue`
    throw new CliError(`${code}: ${harmless(detail)}`, { exitCode: exitCodes.refused, hint })
  }
}

function outcome({ branch, status, commit, obstacle }: LandingView, into: string): string {
  if (status === 'landed')
    return `${pc.green('✓')} ${harmless(branch)} is on ${harmless(into)} (${commit?.slice(0, 12)})`
  const why = status === 'removed' ? 'it was taken out of the queue' : (obstacle?.message ?? '')
  return `${pc.red('✗')} ${harmless(branch)} has not landed on ${harmless(into)}: ${harmless(why)}`
}

const isFailed = (landing: unknown): boolean => {
  const { status } = landing as Partial<LandingView>
  return status === 'returned' || status === 'removed'
}
