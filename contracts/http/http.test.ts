import { describe, expect, it } from 'vitest'
import { gatewayRoutes, orchestratorRoutes, projectorRoutes, type Route, urlOf } from './index.ts'
import { injectMessage, spawnAgent } from '../agent-session/index.ts'

describe('urlOf', () => {
  it('fills in and encodes parameters and leaves out absent query fields', () => {
    expect(urlOf('/a/:id/b', { id: 'x/y?' }, { limit: 5, q: undefined, on: false })).toBe(
      '/a/x%2Fy%3F/b?limit=5&on=false',
    )
  })
  it('throws on a missing parameter', () => {
    expect(() => urlOf('/a/:id')).toThrow('missing path parameter id')
  })
})

describe.each([
  ['gateway', gatewayRoutes],
  ['orchestrator', orchestratorRoutes],
  ['projector', projectorRoutes],
])('%s routes', (_, routes: Record<string, Route>) => {
  it('are told apart by method and path', () => {
    const names = Object.values(routes).map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
    expect(new Set(names).size).toBe(names.length)
  })
  it('have a schema of their parameters exactly where the path has some', () => {
    for (const { path, params } of Object.values(routes)) expect(params !== undefined).toBe(path.includes('/:'))
  })
})

describe('bodies', () => {
  const spawn = { repository: '/r', task: 't' }
  it.each([
    ['a blank task', { ...spawn, task: ' ' }],
    ['a repository that git would take for an option', { ...spawn, repository: '--upload-pack=x' }],
    ['a branch that git would take for an option', { ...spawn, branch: '-x' }],
    ['a control character', { ...spawn, branch: 'a\nb' }],
    ['an unknown field', { ...spawn, nope: 1 }],
    ['a task over 64 kB', { ...spawn, task: 'ä'.repeat(33_000) }],
  ])('refuse %s', (_, body) => expect(spawnAgent.safeParse(body).success).toBe(false))

  it('say of an oversize message which code it has', () => {
    const parsed = injectMessage.safeParse({ text: 'x'.repeat(65_537) })
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['text'], params: { code: 'MESSAGE_TOO_LARGE' } })
    expect(injectMessage.safeParse({ text: 'x'.repeat(65_536) }).success).toBe(true)
  })
})
