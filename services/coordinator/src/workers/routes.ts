import { createHash, randomBytes } from 'node:crypto'
import { coordinatorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { partsOf, workerStanding, type WorkerView } from '@mosaic/contracts/worker'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { Caller } from '@mosaic/http/caller'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import type { WorkerCommand } from '../domain/worker/worker.ts'

type Refused = Rejection<RejectionCode>

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** Machines that run agents: who may join, and who takes work. */
export function workerRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.workers, async () => ok({ items: list(deps) }))
  addRoute(app, coordinatorRoutes.admitWorker, async ({ body: { name }, request }) => {
    const secret = randomBytes(32).toString('base64url')
    const workerId = newId()
    const command = { type: 'AdmitWorker', workerId, name, tokenHash: hashOf(secret) } as const
    const done = await decide(deps, command, request)
    return done.ok ? ok({ ...done.value, token: `mosaic-worker.${workerId}.${secret}` }) : done
  })
  addRoute(app, coordinatorRoutes.joinInstance, async ({ body: { token, ...joining }, request }) => {
    const parts = partsOf(token)
    if (!parts) return err({ code: 'WORKER_TOKEN_INVALID', message: 'no worker has such a token' } as const)
    const { workerId, secret } = parts
    const tokenHash = hashOf(secret)
    const command = { type: 'JoinInstance', workerId, tokenHash, expectedVersion: deps.version, ...joining } as const
    return decide(deps, command, request)
  })
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
