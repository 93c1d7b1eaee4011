import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatewayRoutes, problem, type Route } from '@mosaic/contracts/http'
import { systemClock } from '@mosaic/contracts/kernel'
import { mayActAs, role, type Role } from '@mosaic/contracts/operator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, testInstance } from '../../test/gateway.ts'
import { sessionCookieOf } from './authenticate.ts'
import { openSessions } from './sessions.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'mosaic-roles-'))
const cookies = new Map<Role, string>()
let gateway: Awaited<ReturnType<typeof startTestGateway>>
beforeAll(async () => {
  const sessions = openSessions(dataFolder, systemClock)
  for (const each of role.options) {
    const secret = sessions.open({ operatorId: each, name: each, workspaceId: 'default', role: each })
    cookies.set(each, `${sessionCookieOf(testInstance)}=${secret}`)
  }
  gateway = await startTestGateway({ dataFolder })
})
afterAll(async () => {
  await gateway.close()
  rmSync(dataFolder, { recursive: true })
})

const routes: [string, Route][] = Object.entries(gatewayRoutes)
/** Comes last, because it ends the session that the others use. */
const isLast = ([name]: [string, Route]) => name === 'signOut'

async function call({ method, path }: Pick<Route, 'method' | 'path'>, as: Role | null) {
  const address = path
    .replace(':id', '0190d1c8-0000-7000-8000-000000000001')
    .replace(':approvalId', '0190d1c8-0000-7000-8000-000000000001')
    .replace(':landingId', '0190d1c8-0000-7000-8000-000000000001')
    .replace(':name', 'dashboard')
    .replace(':operatorId', 'nobody')
  const cookie = as === null ? {} : { cookie: cookies.get(as)! }
  const response = await fetch(gateway.url + address, { method, headers: cookie })
  const { code, detail } = problem.partial().parse(response.ok ? {} : await response.json())
  // Whatever the route itself may have against an empty request, with nothing behind the gateway: it was let in.
  if (code === 'UNAUTHENTICATED') return 'signed out'
  return code === 'FORBIDDEN' && detail?.startsWith('this needs the role') ? 'refused' : 'let in'
}

function expected({ role: needed }: Route, as: Role | null): string {
  if (needed === 'public') return 'let in'
  if (as === null) return 'signed out'
  return needed !== 'service' && mayActAs(as, needed) ? 'let in' : 'refused'
}

const bare = { repository: '/r', sandbox: 'process' }
const unboxed = [
  ['spawned', gatewayRoutes.spawn.path, { ...bare, task: 't' }, 'sandbox'],
  ['added as a task', gatewayRoutes.addTask.path, { ...bare, instructions: 'i' }, 'sandbox'],
  [
    'planned in a mission',
    gatewayRoutes.createMission.path,
    { title: 't', objective: 'o', tasks: [{ ...bare, key: 'a', instructions: 'i' }] },
    'tasks.0.sandbox',
  ],
] as const
const asked = unboxed.flatMap(([how, path, body, field]) => [
  { how, path, body, field, as: 'operator' as Role, refused: true },
  { how, path, body, field, as: 'admin' as Role, refused: false },
])

test.each(asked)(
  'an agent without a sandbox, which has the rights of the host, $how by an $as',
  async ({ path, body, field, as, refused }) => {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { cookie: cookies.get(as)!, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = problem.parse(await response.json())
    expect(answer.code === 'FORBIDDEN' && answer.field === field).toBe(refused)
  },
)

// What is let in may wait for the engines that are not there.
const timeoutMs = 30_000

test.concurrent.each([null, ...role.options])('every route as %s', { timeout: timeoutMs }, async (as) => {
  const ask = async ([name, route]: [string, Route]) => [name, await call(route, as)] as const
  const first = await Promise.all(routes.filter((each) => !isLast(each)).map(ask))
  const last = await Promise.all(routes.filter(isLast).map(ask))
  expect(Object.fromEntries([...first, ...last])).toEqual(
    Object.fromEntries(routes.map(([name, route]) => [name, expected(route, as)])),
  )
})

// Who else is there, who answers model calls, whose token opens pull requests, what is taken for a secret, and what is on
// the disk of the machine that Mosaic runs on.
const notForObservers: ReadonlySet<string> = new Set([
  'guests',
  'modelProviders',
  'codeHosts',
  'secretRules',
  'inspectRepository',
])

test('an observer may look at everything but what is for others’ eyes, sign out, and nothing else', () => {
  const allowed = routes.filter(([, route]) => expected(route, 'observer') === 'let in')
  const reading = routes.filter(([name, { method }]) => method === 'GET' && !notForObservers.has(name))
  expect(new Set(allowed.map(([name]) => name))).toEqual(
    new Set([...reading.map(([name]) => name), 'signIn', 'signOut', 'joinInstance']),
  )
})
