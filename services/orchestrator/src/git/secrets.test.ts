import { describe, expect, it } from 'vitest'
import { secretsIn } from './secrets.ts'

const key = `sk-ant-api03-${'a1-_'.repeat(10)}`

describe('secretsIn', () => {
  it.each([
    ['Anthropic API key', key],
    ['OpenAI API key', `sk-${'a'.repeat(20)}T3BlbkFJ${'b'.repeat(20)}`],
    ['GitHub token', `ghs_${'A'.repeat(36)}`],
    ['AWS access key', `ASIA${'2'.repeat(16)}`],
    ['AWS secret key', `aws_secret_access_key = "${'aB3/'.repeat(10)}"`],
    ['Slack token', ['xoxp', '1234567890', 'abc'].join('-')],
    ['Slack webhook', `https://hooks.slack.com/services/T00000000/B00000000/${'x'.repeat(24)}`],
    ['private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
  ])('knows an %s', (kind, line) => {
    expect(secretsIn(`value: ${line}`).map((secret) => secret.kind)).toContain(kind)
  })

  it('tells two secrets of a kind apart, and knows one again, without repeating it', () => {
    const [one, other] = [`ghs_${'A'.repeat(36)}`, `ghs_${'B'.repeat(36)}`]
    const [first, second] = secretsIn(`${one} ${other}`)
    expect(first?.fingerprint).toMatch(/^[0-9a-f]{12}$/)
    expect(second?.fingerprint).not.toBe(first?.fingerprint)
    expect(secretsIn(`elsewhere: "${one}"`)).toEqual([first])
  })

  it.each(['sk-ant-…', 'AKIA…', 'task-proj-abc', 'ghp_', 'xoxb-', 'mosaic_agent'])('lets %s pass', (line) => {
    expect(secretsIn(line)).toEqual([])
  })
})
