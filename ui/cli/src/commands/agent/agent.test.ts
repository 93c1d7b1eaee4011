import type { Client } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import type { KillScope } from '@mosaic/contracts/fleet'
import { definitions } from '@mosaic/contracts/messaging'
import { resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../cli.ts'
import { schemaOf } from '../events/schema.ts'
import { pickSession } from './find-session.ts'
import { type ScopeOptions, scopeOf } from '../scope-option.ts'
import { absoluteRepository } from '../repo/absolute-repository.ts'
import { asksNothing, optionOf, questionText } from './answer.ts'
import { absoluteModels } from './spawn.ts'

describe('a repository', () => {
  test.each([
    ['.', resolve('.')],
    ['../thing', resolve('../thing')],
    ['thing', resolve('thing')],
    ['/srv/thing', '/srv/thing'],
    ['https://example.com/thing.git', 'https://example.com/thing.git'],
    ['ssh://git@example.com/thing', 'ssh://git@example.com/thing'],
    ['git@example.com:people/thing.git', 'git@example.com:people/thing.git'],
  ])('%s is sent as %s', (given, sent) => expect(absoluteRepository(given, () => false)).toBe(sent))

  test('a folder with a colon in its name is a folder', () => {
    expect(absoluteRepository('a:b', () => true)).toBe(resolve('a:b'))
  })

  test.each([
    ['a subfolder', '/code/thing/src/deep', ['/code/thing/src/deep', '/code/thing/.git'], '/code/thing'],
    ['a folder that is not there', '/code/thing/none', ['/code/thing/.git'], '/code/thing/none'],
    ['the folder itself', '/code/thing', ['/code/thing/.git', '/code/.git'], '/code/thing'],
    [
      'a repository within another',
      '/code/thing/lib/src',
      ['/code/thing/lib/src', '/code/thing/.git', '/code/thing/lib/.git'],
      '/code/thing/lib',
    ],
    [
      'a bare one',
      '/srv/thing.git',
      ['HEAD', 'objects', 'refs'].map((name) => `/srv/thing.git/${name}`),
      '/srv/thing.git',
    ],
    ['no repository at all', '/srv/nothing', [], '/srv/nothing'],
  ])('%s is sent as the repository that git would find', (_, given, there, sent) => {
    expect(absoluteRepository(given, (path) => there.includes(path))).toBe(sent)
  })
})

describe('a model', () => {
  test.each([
    ['scripted:hello', 'scripted:hello'],
    ['scripted:./mine.yaml', `scripted:${resolve('mine.yaml')}`],
    ['scripted:mine.yml', `scripted:${resolve('mine.yml')}`],
    ['claude-sonnet-5', 'claude-sonnet-5'],
    ['home:qwen3:8b,scripted:mine.yml', `home:qwen3:8b,scripted:${resolve('mine.yml')}`],
  ])('%s is sent as %s', (given, sent) => expect(absoluteModels(given)).toBe(sent))
})

describe('a session', () => {
  const named = (sessionId: string, name: string) => ({ sessionId, name }) as SessionView
  const sessions = [
    named('0190d1c8-0000-7000-8000-000000000001', 'Lead'),
    named('0190d1c8-0000-7000-9000-000000000001', 'Fixer'),
    named('ffff0000-0000-7000-9000-000000000001', 'Fixer'),
  ]
  test.each([
    ['0190d1c8-0000-7000-8', sessions[0]!.sessionId],
    ['FFFF', sessions[2]!.sessionId],
    ['Lead', sessions[0]!.sessionId],
  ])('%s stands for one', (given, sessionId) => expect(pickSession(sessions, given)).toBe(sessionId))

  test.each([
    ['0190d1c8', exitCodes.usage],
    ['Fixer', exitCodes.usage],
    ['abcd', exitCodes.notFound],
    ['fff', exitCodes.notFound],
  ])('%s does not', (given, exitCode) => {
    expect(() => pickSession(sessions, given)).toThrow(expect.objectContaining({ exitCode }))
  })
})

const wholeId = '0190d1c8-0000-7000-8000-000000000001'
// Nobody is asked: the stop must not wait for a read model.
const nobody = {} as Client
test.each<[ScopeOptions, KillScope]>([
  [{}, { kind: 'all' }],
  [{ mission: wholeId }, { kind: 'mission', missionId: wholeId }],
  [{ runtime: 'internal' }, { kind: 'runtime', runtime: 'internal' }],
  [{ provider: 'anthropic' }, { kind: 'modelProvider', modelProvider: 'anthropic' }],
  [{ tree: wholeId }, { kind: 'subtree', sessionId: wholeId }],
])('%j means a scope, without a look at any read model', async (given, scope) => {
  expect(await scopeOf(nobody, given)).toEqual(scope)
})

describe('a worker', () => {
  const [workerId, ownerId] = [wholeId, '0190d1c8-0000-7000-8000-00000000000a']
  const listed = (presence: { ownerId: string } | null) =>
    ({
      call: async () => ({ items: [{ workerId, name: 'attic', standing: 'active', presence }] }),
    }) as unknown as Client

  test.each(['attic', '0190d1c8', wholeId, ownerId])('%s means those that its process has claimed', async (worker) => {
    expect(await scopeOf(listed({ ownerId }), { worker })).toEqual({ kind: 'worker', workerId: ownerId })
  })

  test('that is not heard was a scope without anybody in it', async () => {
    const refused = expect.objectContaining({ exitCode: exitCodes.notFound })
    await expect(scopeOf(listed(null), { worker: 'attic' })).rejects.toThrow(refused)
  })
})

test('every event has a JSON Schema', () => {
  for (const type of Object.keys(definitions) as (keyof typeof definitions)[])
    expect(schemaOf(type)).toMatchObject({
      title: type,
      type: 'object',
      version: definitions[type].version,
      properties: expect.any(Object),
    })
})

describe('a question', () => {
  const waiting = {
    questionId: 'q1',
    question: 'Which\u001B[2J branch?',
    options: ['main', 'next'],
    defaultAnswer: 'main',
    expiresAt: '2026-01-02T03:04:05.000Z',
  }

  test('is shown with its options by number and what happens without an answer', () => {
    expect(stripVTControlCharacters(questionText(waiting))).toBe(
      'Which branch?\n  1  main\n  2  next\nGoes on with "main" at 2026-01-02T03:04:05.000Z',
    )
  })

  test('is answered by the number of an option', () => {
    expect(optionOf(waiting, 2)).toBe('next')
    expect(() => optionOf(waiting, 3)).toThrow('It offers the options 1 to 2.')
    expect(() => optionOf({ options: [] }, 1)).toThrow('It offers no options.')
  })
})

test('an answer to an agent that has ended was told to be said with inject, which is refused', () => {
  expect(asksNothing('1a2b', 'completed').hint).toBe('"mosaic agent continue 1a2b TEXT" goes on where it stopped.')
  expect(asksNothing('1a2b', 'running').hint).toBe('"mosaic agent inject 1a2b TEXT" says something to it all the same.')
})
