import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { LandingObstacle, NotStacked, StackedLandings, StackLandings } from '@mosaic/contracts/merge-queue'
import { type QualityProfile, qualityProfile } from '@mosaic/contracts/quality'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { landingRef, type StackedBranch, type ToStack } from '../../git/index.ts'
import { type AgentWork, refusalOf, type Refused, workOf } from '../agent-work/branch-of.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

type Asked = StackLandings['landings'][number]
type Found = { readonly asked: Asked; readonly work: AgentWork }

/** What branches come to on top of each other and of their base. Nothing moves. */
export function stackLandingsRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.stackLandings, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? stack(deps, body, caller.value) : caller
  })
}

async function stack(
  deps: FeatureDeps,
  { queueId, repository, into, at, landings }: StackLandings,
  caller: Caller,
): Promise<Result<StackedLandings, Refused>> {
  const found: Found[] = []
  const left: NotStacked[] = []
  for (const asked of landings) {
    const work = await inTime(workOf(deps, asked.sessionId, caller))
    if (work.ok) found.push({ asked, work: work.value })
    else left.push(missing(asked, work.error.message))
  }
  const branches = found.map((each) => toStack(each, into))
  const stacked = await deps.landings.git.stack({ repository, base: into, ref: landingRef(queueId), at, branches })
  if (!stacked.ok) return err(refusalOf(stacked.error))
  const { branches: come, ...tip } = stacked.value
  const below: string[] = []
  const landed: { asked: Asked; work: AgentWork; commit: string }[] = []
  for (const [index, each] of found.entries()) {
    const branch = come[index]!
    if (branch.state === 'stacked') {
      landed.push({ ...each, commit: branch.commit })
      below.push(each.work.of.branch)
    } else left.push(notStacked(each, branch, { into, below: [...below] }))
  }
  const isNone = landed.length === 0
  const { isYolo } = deps.landings
  const profile = isYolo ? null : strictest(landed.map(({ work }) => profileOf(work)))
  const named = landed.map(({ asked: { landingId, sessionId }, work, commit }) => {
    return { landingId, sessionId, branch: work.of.branch, commit }
  })
  return ok({ stack: isNone ? null : { ...tip, profile, branches: named }, left, isYolo })
}

function toStack({ asked, work: { of, session } }: Found, into: string): ToStack {
  const { branch, branchAtOrigin } = of
  const { task, sessionId, runtime } = session.spec
  const [title = ''] = task.split('\n')
  const subject = title.slice(0, 500)
  const message = asked.how === 'squash' ? subject : `Merge ${branch} into ${into}\n\n${subject}`
  const trailers = {
    'Mosaic-Session': sessionId,
    ...(asked.operator !== null && { 'Mosaic-Operator': asked.operator }),
    ...(runtime.model !== null && { 'Mosaic-Model': runtime.model }),
  }
  return { branch, how: asked.how, message, trailers, ...(branchAtOrigin !== undefined && { branchAtOrigin }) }
}

/** Sessions from before there were gates have what is usual now. */
function profileOf({ session: { spec } }: AgentWork): QualityProfile | null {
  if (!spec.quality) return 'standard'
  return spec.quality.yolo ? null : spec.quality.profile
}

/** The first of these that any of them has to pass. */
const strictest = (profiles: readonly (QualityProfile | null)[]): QualityProfile | null =>
  qualityProfile.options.find((profile) => profiles.includes(profile)) ?? null

const missing = ({ landingId }: Asked, message: string): NotStacked => {
  return { landingId, obstacle: { code: 'BRANCH_NOT_FOUND', message, files: [] }, behind: [] }
}

function notStacked(
  { asked, work }: Found,
  branch: Exclude<StackedBranch, { state: 'stacked' }>,
  { into, below }: { readonly into: string; readonly below: string[] },
): NotStacked {
  if (branch.state === 'missing') return missing(asked, branch.message)
  const { files, withBase } = branch
  const message = `${work.of.branch} conflicts with ${into} in ${files.slice(0, 10).join(', ')}`
  const obstacle: LandingObstacle = { code: 'MERGE_CONFLICT', message, files: files.slice(0, 1000) }
  return { landingId: asked.landingId, obstacle, behind: withBase ? [] : below }
}
