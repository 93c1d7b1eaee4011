import { randomBytes } from 'node:crypto'
import { coordinatorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { type JoinInstance, workerEvents, workerIdIn, workerStanding, type WorkerView } from '@mosaic/contracts/worker'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { Caller } from '@mosaic/http/caller'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import type { WorkerCommand } from '../domain/worker/worker.ts'
import { hashOf } from './secret-hash.ts'

type Refused = Rejection<RejectionCode>

/** Machines that run agents: who may join, and who takes work. */
export function workerRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.workers, async () => ok({ items: list(deps) }))
  addRoute(app, coordinatorRoutes.admitWorker, async ({ body: { name, validMinutes }, request }) => {
    const made = newToken(newId(), validMinutes, deps)
    const done = await decide(deps, { type: 'AdmitWorker', name, ...made.facts }, request)
    return done.ok ? ok({ ...done.value, token: made.token, expiresAt: made.facts.expiresAt }) : done
  })
  addRoute(app, coordinatorRoutes.issueWorkerToken, async ({ params, body: { validMinutes }, request }) => {
    const made = newToken(params.id, validMinutes, deps)
    const done = await steer(deps, { type: 'IssueWorkerToken', ...made.facts }, request)
    return done.ok ? ok({ ...done.value, token: made.token, expiresAt: made.facts.expiresAt }) : done
  })
  addRoute(app, coordinatorRoutes.joinInstance, ({ body, request }) => join(deps, body, request))
  addRoute(app, coordinatorRoutes.drainWorker, ({ params: { id: workerId }, body: { reason = null }, request }) =>
    steer(deps, { type: 'DrainWorker', workerId, reason }, request),
  )
  addRoute(app, coordinatorRoutes.returnWorker, ({ params: { id: workerId }, request }) =>
    steer(deps, { type: 'ReturnWorker', workerId }, request),
  )
  addRoute(app, coordinatorRoutes.removeWorker, ({ params: { id: workerId }, body: { reason = null }, request }) =>
    steer(deps, { type: 'RemoveWorker', workerId, reason }, request),
  )
}

function newToken(workerId: string, validMinutes: number, { clock }: FeatureDeps) {
  const token = `mosaic-worker.${workerId}.${randomBytes(32).toString('base64url')}`
  const expiresAt = new Date(clock.now().getTime() + validMinutes * 60_000).toISOString()
  return { token, facts: { workerId, tokenHash: hashOf(token), expiresAt } }
}

/** That somebody had the right secret too late is kept in the log: it may have been stolen. */
async function join(deps: FeatureDeps, body: JoinInstance, request: FastifyRequest) {
  const { token, credential, ...joining } = body
  const workerId = workerIdIn(credential)
  if (workerId === undefined || (token !== undefined && workerIdIn(token) !== workerId)) {
    const message = 'the credential has to be of the worker whose token it comes with'
    return err({ code: 'WORKER_CREDENTIAL_INVALID', message, field: 'credential' } as const)
  }
  const shown = { tokenHash: token === undefined ? null : hashOf(token), credentialHash: hashOf(credential) }
  const at = { now: deps.clock.now().toISOString(), expected: deps.program }
  const joined = await decide(deps, { type: 'JoinInstance', workerId, ...shown, ...at, ...joining }, request)
  if (joined.ok) return joined
  const code = workerEvents.WorkerJoinRefused.schema.shape.code.safeParse(joined.error.code)
  if (code.success) {
    await decide(deps, { type: 'NoteJoinRefused', workerId, code: code.data, host: joining.host }, request)
  }
  return joined
}

function list({ standings, heard }: FeatureDeps): WorkerView[] {
  const known = standings()
  const ids = new Set([...Object.keys(known), ...heard.all().map(({ presence }) => presence.workerId)])
  return [...ids].toSorted().map((workerId) => {
    const { name = null, standing = workerStanding.enum.active } = known[workerId] ?? {}
    const { presence = null, when } = heard.get(workerId) ?? {}
    const heardAt = when?.toISOString() ?? null
    return {
      workerId,
      name: name ?? presence?.name ?? workerId,
      standing,
      heardAt,
      isAlive: heard.isAlive(workerId),
      presence,
    }
  })
}

/** Of one that there is. */
async function steer(deps: FeatureDeps, command: WorkerCommand, request: FastifyRequest) {
  const { workerId } = command
  if (workerId in deps.standings() || deps.heard.get(workerId)) return decide(deps, command, request)
  return err({ code: 'WORKER_NOT_FOUND', message: `there is no worker ${workerId}` } as const)
}

type Decided = Result<{ workerId: string; changed: boolean; position: string }, Refused>

async function decide(deps: FeatureDeps, command: WorkerCommand, request: FastifyRequest): Promise<Decided> {
  const caller = await callerInWorkspace(request, deps)
  if (!caller.ok) return caller
  const { workerId } = command
  const context: Caller & { correlationId: string } = { ...caller.value, correlationId: uuidv5(`worker/${workerId}`) }
  const done = await inTime(deps.commands.worker(workerId, command, context))
  if (!done.ok) return done
  return ok({ workerId, changed: done.value.events.length > 0, position: done.value.position })
}
