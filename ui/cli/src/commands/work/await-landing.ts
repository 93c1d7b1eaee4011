import { setTimeout as delay } from 'node:timers/promises'
import { type Client, ProblemError, UnreachableError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { LandingView, MergeQueueView } from '@mosaic/contracts/merge-queue'
import { CliError, exitCodes, printError } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import type { Context } from '../../gateway/action.ts'
import { advanceThere, hasCommit, isCheckedOutAt } from './checkout.ts'

export type Asked = {
  readonly queueId: string
  readonly landingId: string
  /** Of its request, where that was just now. */
  readonly position: string | undefined
}

const lookEveryMs = 500
/** A gateway that starts anew is there again by then. */
const patienceMs = 60_000
const goesOn = 'mosaic work queue list'

/** Waits until a branch has landed, or has not. A base that is checked out here is moved here, by the person's own git. */
export async function awaitLanding(
  { client, signal }: Context,
  { queueId, landingId, position }: Asked,
): Promise<LandingView> {
  const said = new Set<string>()
  const tell = (line: string) => {
    if (!said.has(line)) printError(harmless(line))
    said.add(line)
  }
  let unheardSince: number | undefined
  for (;;) {
    const queue = await queueOf(client, queueId, position).catch((error: unknown) => {
      unheardSince ??= performance.now()
      if (!isAway(error)) throw error
      if (performance.now() - unheardSince > patienceMs) throw stillLanding(error)
      tell('The gateway does not answer. It goes on landing.')
    })
    if (queue) {
      unheardSince = undefined
      const over = queue.over.find((landing) => landing.landingId === landingId)
      if (over) return over
      if (queue.halted) tell(`It waits: ${queue.halted.message}`)
      if (queue.trouble) tell(`Tried anew: ${queue.trouble}`)
      await moveHere(queue, landingId)
    }
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) throw new CliError(`It goes on landing: ${goesOn}`, { exitCode: exitCodes.interrupted })
  }
}

/** It restarts, or what it asks does. */
const isAway = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof ProblemError && error.problem.status === 503)

const stillLanding = (cause: unknown): CliError =>
  new CliError('The gateway does not answer, so that it cannot be told whether it has landed. It goes on landing.', {
    exitCode: exitCodes.notRunning,
    hint: goesOn,
    cause,
  })

export async function queueOf(client: Client, queueId: string, after?: string): Promise<MergeQueueView> {
  const { items } = await client.call(gatewayRoutes.mergeQueues, { query: { after } })
  const queue = items.find((each) => each.queueId === queueId)
  if (queue) return queue
  throw new CliError(`There is no merge queue ${queueId}.`, { exitCode: exitCodes.notFound })
}

async function moveHere({ batch, repository, into }: MergeQueueView, landingId: string): Promise<void> {
  if (batch?.state !== 'held' || batch.ref === null || !batch.landingIds.includes(landingId)) return
  const way = `git -C ${repository} merge --ff-only ${batch.ref}`
  const hint = `It has passed its gates and waits for you: ${way}`
  if (!(await isCheckedOutAt(repository, into)))
    throw new CliError(`${into} is checked out at its origin, and is moved from there only.`, {
      exitCode: exitCodes.refused,
      hint,
    })
  // It is there, and has only not been heard of yet.
  if (batch.commit !== null && (await hasCommit(repository, batch.commit))) return
  try {
    await advanceThere(repository, batch.ref)
  } catch (error) {
    const said = harmless((error as Error).message)
    throw new CliError(`git did not move ${into} in ${repository}: ${said}`, { exitCode: exitCodes.refused, hint })
  }
}
