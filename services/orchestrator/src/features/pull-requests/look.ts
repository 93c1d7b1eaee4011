import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { checksOf, refusalOfHost, whatWasSaid } from '../../code-hosts/index.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** How a pull request stands at its host, and what was said of it that is not known. */
export function lookAtPullRequestRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.lookAtPullRequest, async ({ body: { repository, number, known }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const hosted = deps.codeHosts.repositoryAt(repository)
    if (!hosted.ok) return hosted
    const { host, repository: at } = hosted.value
    try {
      const { state, headCommit } = await at.pullRequest(number)
      if (state !== 'open') return ok({ state, headCommit, checks: null, feedback: [] })
      const asked = [at.checks(headCommit), known === null ? [] : at.comments(number)] as const
      const [checks, comments] = await Promise.all(asked)
      const feedback = known === null ? [] : whatWasSaid(headCommit, { checks, comments, known })
      const said = { checks: checksOf(checks), feedback }
      // Whoever asks does not know the tokens, which somebody may have pasted there.
      return ok({ state, headCommit, ...deps.redactor.in(caller.value.workspaceId).value(said) })
    } catch (error) {
      return err(refusalOfHost(error, host.name))
    }
  })
}
