import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { readableLine } from './log-line.ts'

const plain = (line: string, prefix: string) => stripVTControlCharacters(readableLine(line, prefix))

const record = { level: 'warn', time: '2026-01-02T03:04:05.678Z', pid: 1, name: 'relay', lag: 3, msg: 'behind' }

test('our lines: time, level, message, fields', () => {
  expect(plain(JSON.stringify(record), 'relay')).toBe('relay 03:04:05.678 warn  behind lag=3')
})

test('an error keeps its stack', () => {
  const line = JSON.stringify({ ...record, err: { message: 'no', stack: 'Error: no\n    at x' } })
  expect(plain(line, '')).toBe('03:04:05.678 warn  behind lag=3\nError: no\n    at x')
})

test.each(['[123] [INF] Server is ready', '{"half', ''])('what others write stays as it is: %s', (line) => {
  expect(plain(line, 'nats')).toBe(`nats ${line}`)
})
