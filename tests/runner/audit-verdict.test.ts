import { expect, test } from 'vitest'
import { verdictOf } from './audit-verdict.ts'

const report = (...severities: string[]) =>
  JSON.stringify({
    advisories: Object.fromEntries(
      severities.map((severity, id) => [id, { severity, module_name: 'left-pad', title: 'Pads', url: 'https://x' }]),
    ),
  })

test.each([[[]], [['low', 'moderate']]])('a report of %j is clean', (severities) => {
  const stdout = report(...severities)
  expect(verdictOf({ code: severities.length, stdout, stderr: '' })).toEqual({ kind: 'clean' })
})

test.each(['high', 'critical'])('one of %s is not', (severity) => {
  expect(verdictOf({ code: 1, stdout: report('low', severity), stderr: '' })).toEqual({
    kind: 'vulnerable',
    advisories: [`${severity}: left-pad: Pads https://x`],
  })
})

test('a registry that answers no audits is said to, whatever the exit code', () => {
  const stderr =
    'Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n\n  × The audit endpoint (at https://registry/bulk) responded\n  │ with 405:\n'
  for (const code of [0, 1]) {
    expect(verdictOf({ code, stdout: '', stderr })).toEqual({
      kind: 'skipped',
      reason: 'Error: ERR_PNPM_AUDIT_BAD_RESPONSE The audit endpoint (at https://registry/bulk) responded with 405:',
    })
  }
})

test('silence is no report', () => {
  expect(verdictOf({ code: 0, stdout: '{}', stderr: '' })).toMatchObject({ kind: 'skipped' })
})
