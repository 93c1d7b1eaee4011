import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@mosaic/contracts/kernel'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApiToken } from './api-token.ts'
import { createLinkTokens } from './link-tokens.ts'
import { openSessions } from './sessions.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mosaic-sign-in-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const ada = { operatorId: 'local', name: 'Ada', workspaceId: 'default', role: 'admin' } as const
const minutes = 60_000
const hours = 60 * minutes

function handSetClock(): Clock & { pass(milliseconds: number): void } {
  let now = Date.parse('2026-01-02T03:04:05Z')
  return { now: () => new Date(now), pass: (milliseconds) => void (now += milliseconds) }
}

describe('a sign-in link', () => {
  test('is good once', () => {
    const links = createLinkTokens(handSetClock())
    const { token } = links.create(ada)
    expect([links.operatorOf(token), links.redeem(token), links.redeem(token), links.operatorOf(token)]).toEqual([
      ada,
      true,
      false,
      undefined,
    ])
  })

  test('expires after 15 minutes', () => {
    const clock = handSetClock()
    const links = createLinkTokens(clock)
    const { token, expiresAt } = links.create(ada)
    clock.pass(15 * minutes - 1)
    expect(links.operatorOf(token)).toEqual(ada)
    clock.pass(1)
    expect([links.redeem(token), expiresAt.toISOString()]).toEqual([false, '2026-01-02T03:19:05.000Z'])
  })

  test('cannot be made without end: the oldest make room', () => {
    const links = createLinkTokens(handSetClock())
    const { token } = links.create(ada)
    for (let made = 0; made < 100; made++) links.create(ada)
    expect(links.redeem(token)).toBe(false)
  })
})

describe('a session', () => {
  test('outlasts a restart and ends when it is closed', () => {
    const clock = handSetClock()
    const secret = openSessions(folder, clock).open(ada)
    const restarted = openSessions(folder, clock)
    expect(restarted.find(secret)).toEqual(ada)
    restarted.close(secret)
    expect(restarted.find(secret)).toBeUndefined()
    expect(openSessions(folder, clock).find(secret)).toBeUndefined()
  })

  test('lasts 12 hours after its last use', () => {
    const clock = handSetClock()
    const sessions = openSessions(folder, clock)
    const secret = sessions.open(ada)
    clock.pass(11 * hours)
    expect(sessions.find(secret)).toEqual(ada)
    clock.pass(11 * hours)
    expect(openSessions(folder, clock).find(secret)).toEqual(ada)
    clock.pass(12 * hours + 1)
    expect(sessions.find(secret)).toBeUndefined()
  })

  test('lasts a week at most, however much it is used, restarts included', () => {
    const clock = handSetClock()
    const sessions = openSessions(folder, clock)
    const secret = sessions.open(ada)
    for (let passed = 0; passed < 7 * 24; passed += 6) {
      expect(sessions.find(secret)).toEqual(ada)
      clock.pass(6 * hours)
    }
    expect(openSessions(folder, clock).find(secret)).toEqual(ada)
    clock.pass(1)
    expect(openSessions(folder, clock).find(secret)).toBeUndefined()
  })

  test('tells those who watch it when somebody closes it, and nobody else', () => {
    const sessions = openSessions(folder, handSetClock())
    const [one, other] = [sessions.open(ada), sessions.open({ ...ada, operatorId: 'guest-1' })]
    const told: string[] = []
    for (const secret of [one, other]) sessions.onClosed(secret, () => told.push(secret))
    expect([sessions.closeAll('guest-1'), told, sessions.find(one)]).toEqual([1, [other], ada])
    expect(sessions.list().map(({ operator }) => operator)).toEqual([ada])
  })

  test('is kept hashed, in a file for its owner alone', () => {
    const secret = openSessions(folder, handSetClock()).open(ada)
    const path = join(folder, 'sessions.json')
    expect(readFileSync(path, 'utf8')).not.toContain(secret)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test("kept by a version without roles is an administrator's, as it was", () => {
    const clock = handSetClock()
    const secret = openSessions(folder, clock).open(ada)
    const path = join(folder, 'sessions.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(',"role":"admin"', ''))
    expect(readFileSync(path, 'utf8')).not.toContain('role')
    expect(openSessions(folder, clock).find(secret)).toEqual(ada)
  })

  test('is lost, not fatal, when the file cannot be read', () => {
    writeFileSync(join(folder, 'sessions.json'), '{"half":')
    expect(openSessions(folder, handSetClock()).find('anything')).toBeUndefined()
  })
})

describe('the API token', () => {
  test('is made for its owner alone and stays', () => {
    openApiToken(folder, 'token')
    const path = join(folder, 'token')
    const token = readFileSync(path, 'utf8').trim()
    expect([token, statSync(path).mode & 0o777]).toEqual([expect.stringMatching(/^mosaic_[\w-]{43}$/), 0o600])
    const reopened = openApiToken(folder, 'token')
    expect([reopened.matches(token), reopened.matches(`${token}x`), reopened.matches('')]).toEqual([true, false, false])
  })

  test('is read anew when it was replaced', () => {
    const token = openApiToken(folder, 'token')
    rmSync(join(folder, 'token'))
    writeFileSync(join(folder, 'token'), 'mosaic_another')
    expect(token.matches('mosaic_another')).toBe(true)
  })
})
