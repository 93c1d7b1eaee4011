import { describe, expect, it } from 'vitest'
import { secretsIn } from './secrets.ts'

const random = ['w8Qz', 'T3kL', 'p0Vb', 'N6xR', 'j2Hs'].join('')
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
    ['bearer token', ['Authorization: Bearer', random].join(' ')],
    ['URL password', `https://ada:${random}@git.example/thing.git`],
    ['JSON web token', ['eyJhbGciOiJIUzI1NiJ9', `eyJ${random}`, random].join('.')],
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

  it.each([
    'Authorization: Bearer your-token-0123456789',
    'curl -H "authorization: Bearer $TOKEN1_OF_THE_SERVICE"',
    'postgres://postgres:postgres1@localhost/app',
    'https://user:p4ssword@example.com',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.dyt0CoTl4WoVjAHI9Q_CwSKhl6d_9rhM3NrXuJttkao',
  ])('takes what documentation shows for none: %s', (line) => {
    expect(secretsIn(line)).toEqual([])
  })

  it.each(['sk-ant-…', 'AKIA…', 'task-proj-abc', 'ghp_', 'xoxb-', 'mosaic_agent'])('lets %s pass', (line) => {
    expect(secretsIn(line)).toEqual([])
  })
})
