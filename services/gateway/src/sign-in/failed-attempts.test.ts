import { expect, test } from 'vitest'
import { countFailedAttempts } from './failed-attempts.ts'

function attempts() {
  let now = Date.parse('2026-01-02T03:04:05Z')
  const { note } = countFailedAttempts({ now: () => new Date(now) })
  return { note, pass: (seconds: number) => void (now += seconds * 1000) }
}

const here = { address: '10.0.0.1', kind: 'link' } as const

test('ten are answered, and what is told of the next is true', () => {
  const { note, pass } = attempts()
  for (let attempt = 0; attempt < 10; attempt++) {
    expect(note(here)).toBe(0)
    pass(1)
  }
  expect(note(here)).toBe(50)
  pass(49)
  expect(note(here)).toBe(1)
  pass(1)
  expect(note(here)).toBe(0)
})

test('other addresses and other kinds of credential are counted by themselves', () => {
  const { note } = attempts()
  for (let attempt = 0; attempt < 11; attempt++) note(here)
  expect([note({ ...here, address: '10.0.0.2' }), note({ ...here, kind: 'token' })]).toEqual([0, 0])
})
