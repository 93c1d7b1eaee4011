import { refusedForSecrets } from '@mosaic/contracts/secrets'
import { expect, test } from 'vitest'
import { secretsReport } from './secrets-report.ts'

const at = '2026-01-02T03:04:05.678Z'
const ada = { kind: 'operator', id: 'ada', name: 'Ada' } as const
const event = (revision: number, type: string, data: object) =>
  ({ type, data, revision, metadata: { actor: ada, occurredAt: at } }) as unknown as Parameters<
    typeof secretsReport
  >[0] extends Iterable<infer Event>
    ? Event
    : never
const common = { fingerprint: null, by: null, at }

test('a session’s report says what was covered, blocked and allowed, and where', () => {
  const refused = refusedForSecrets([{ file: 'a.env', line: 3, kind: 'GitHub token' }])
  const output = `SECRET_FOUND: ${refused} A person can allow what is none: mosaic work allow AGENT 'a.env' 0123456789ab`
  const events = [
    event(0, 'AgentSpawnRequested', { task: 'use [redacted: ours] and [redacted: ours]', plan: { notes: ['none'] } }),
    event(4, 'ToolCompleted', { output: 'ok', isError: false }),
    event(7, 'ToolCompleted', { output, isError: true }),
    event(8, 'SecretAllowed', { file: 'a.env', fingerprint: '0123456789ab' }),
    event(9, 'MessageRecorded', { content: [{ type: 'text', text: 'it is [redacted: JSON web token].' }] }),
  ]
  expect(secretsReport(events)).toEqual([
    { ...common, outcome: 'covered', kind: 'ours', where: 'task', count: 2, event: 'AgentSpawnRequested', revision: 0 },
    {
      ...common,
      outcome: 'blocked',
      kind: 'GitHub token',
      where: 'a.env:3',
      count: 1,
      fingerprint: '0123456789ab',
      event: 'ToolCompleted',
      revision: 7,
    },
    {
      ...common,
      outcome: 'allowed',
      kind: null,
      where: 'a.env',
      count: 1,
      fingerprint: '0123456789ab',
      by: 'Ada',
      event: 'SecretAllowed',
      revision: 8,
    },
    {
      ...common,
      outcome: 'covered',
      kind: 'JSON web token',
      where: 'content.0.text',
      count: 1,
      event: 'MessageRecorded',
      revision: 9,
    },
  ])
})
