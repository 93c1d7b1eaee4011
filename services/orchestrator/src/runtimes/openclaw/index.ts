import { err, ok } from '@mosaic/contracts/kernel'
import { packageVersion } from '@mosaic/runtime'
import type { Runtime } from '../contract.ts'
import type { RuntimeParts } from '../index.ts'
import { Houses } from './houses.ts'
import { begunUnder } from './names.ts'
import { adoption, planSpawn } from './plan.ts'
import type { SessionRow } from './protocol.ts'
import type { Gatekeeper } from './providers.ts'
import { OpenclawSession } from './session.ts'

export type { Contact } from './gateway.ts'
export type { Gatekeeper, Providers } from './providers.ts'
export { tryGateway } from './try-gateway.ts'

/** Of what it is made besides what all are. */
export type OpenclawParts = Pick<
  RuntimeParts,
  'adopt' | 'gateways' | 'outgoing' | 'roster' | 'messaging' | 'redactor' | 'clock' | 'logger' | 'stopping'
>

/** Sessions of OpenClaw gateways: what is said and done there is read from them, what people want is asked of them. */
export function createOpenclawRuntime(parts: OpenclawParts): Runtime {
  const { gateways: providers, messaging, stopping } = parts
  const houses = new Houses({ ...parts, providers, adopt: adopter(parts), version: packageVersion(import.meta.url) })
  stopping.addEventListener('abort', () => void houses.stop())
  const publish: typeof messaging.publishLive = (workspaceId, frame) => messaging.publishLive(workspaceId, frame)
  return {
    kind: 'openclaw',
    branches: null,
    worktreesLeft: null,
    plan: async (request, of) => {
      const configured = providers.configured() ?? []
      return planSpawn(
        request,
        of,
        configured.filter(({ workspaceId, kind }) => workspaceId === of.workspaceId && kind === 'openclaw'),
      )
    },
    planChild: async () => err(notThere('spawns its own at its gateway')),
    planAgain: async () => err(notThere('is not taken up again: it goes on at its gateway')),
    pushWork: async () => ok({ branch: null, uncommitted: null }),
    start: async () => async () => undefined,
    run: (journal) => new OpenclawSession(journal, { ...parts, houses, publish }),
  }
}

const notThere = (what: string) =>
  ({ code: 'CONTROL_NOT_SUPPORTED', message: `a session of the runtime openclaw ${what}` }) as const

/** What was begun from here is here already, under its own id. */
const adopter =
  ({ adopt, roster }: OpenclawParts) =>
  async (provider: Gatekeeper, row: SessionRow): Promise<boolean> => {
    const { workspaceId } = provider
    const { spawnedBy, ...asked } = adoption(row, provider)
    const parentSessionId = spawnedBy !== null && roster.get(spawnedBy) ? spawnedBy : null
    const begun = begunUnder(row.key)
    return adopt({ ...asked, workspaceId, parentSessionId, ...(begun && { unless: begun }) })
  }
