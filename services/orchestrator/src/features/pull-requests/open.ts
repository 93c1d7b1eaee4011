import type { RejectionCode } from '@mosaic/contracts/http'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { OpenedPullRequest } from '@mosaic/contracts/pull-request'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { type Hosted, openAtHost, refusalOfHost } from '../../code-hosts/index.ts'
import { workOf } from '../agent-work/branch-of.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { pushSession } from '../push-work/route.ts'

type Asked = { readonly into: string; readonly title: string; readonly body: string; readonly draft: boolean }
type Refused = Rejection<RejectionCode>

/** Opens a pull request for an agent's branch, which is pushed first, or finds the one that is open. */
export function openPullRequestRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.openPullRequest, async ({ params, body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const work = await inTime(workOf(deps, params.id, caller.value))
    if (!work.ok) return work
    const hosted = deps.codeHosts.repositoryAt(work.value.of.repository)
    if (!hosted.ok) return hosted
    const head = await pushed(deps, params.id, caller.value)
    return head.ok ? open(deps, { hosted: hosted.value, head: head.value, asked: body, caller: caller.value }) : head
  })
}

/** The branch's name at the origin, once that has it all. */
async function pushed(deps: FeatureDeps, sessionId: string, caller: Caller): Promise<Result<string, Refused>> {
  const answer = await pushSession(deps, sessionId, caller)
  if (!answer.ok) return answer
  const { branch } = answer.value
  if (branch === null) return err({ code: 'NOTHING_TO_LAND', message: 'the session has committed nothing' })
  if (branch.state === 'pushed') return ok(branch.as)
  return err({ code: 'BRANCH_NOT_PUSHED', message: `the origin does not take its branch: ${branch.message}` })
}

async function open(
  { redactor }: FeatureDeps,
  { hosted, head, asked, caller }: { hosted: Hosted; head: string; asked: Asked; caller: Caller },
): Promise<Result<OpenedPullRequest, Refused>> {
  const { host, repository } = hosted
  const { into: base, draft: isDraft } = asked
  // It leaves the instance: an agent's words hold whatever it has read.
  const covered = redactor.in(caller.workspaceId)
  const proposal = { head, base, isDraft, title: covered.text(asked.title), body: covered.text(asked.body) }
  try {
    await repository.check()
    const [from, to] = await Promise.all([repository.branch(head), repository.branch(base)])
    if (to === null)
      return err({ code: 'BRANCH_NOT_FOUND', message: `${host.name} has no branch ${base}`, field: 'into' })
    if (from === null) return err({ code: 'BRANCH_NOT_PUSHED', message: `${host.name} does not have ${head}` })
    const { pullRequest, isNew } = await openAtHost(repository, proposal)
    const { number, url, headCommit } = pullRequest
    return ok({ host: host.name, number, url: url.slice(0, 2000), headCommit, isNew })
  } catch (error) {
    return err(refusalOfHost(error, host.name))
  }
}
