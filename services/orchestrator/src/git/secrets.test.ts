import { describe, expect, it } from 'vitest'
import { secretsIn, SecretScan } from './secrets.ts'

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

describe('SecretScan', () => {
  it.each([1, 7, 10_000])('names file and line of added lines only, in pieces of %i bytes', (size) => {
    const diff = `diff --git a/old.txt b/old.txt
--- a/old.txt
+++ b/old.txt
@@ -1,2 +0,0 @@
-${key}
-gone
diff --git "a/w\\303\\266rter.txt" "b/w\\303\\266rter.txt"
--- a/x
+++ b/with space.txt\t
@@ -0,0 +7,2 @@ context
+++ looks like a header ${key}
+${key}
@@ -20 +30 @@
+fine
`
    const scan = new SecretScan()
    const bytes = Buffer.from(diff)
    for (let at = 0; at < bytes.length; at += size) scan.read(bytes.subarray(at, at + size))
    const fingerprint = expect.any(String)
    expect(scan.findings()).toEqual([
      { file: 'with space.txt', line: 7, kind: 'Anthropic API key', fingerprint },
      { file: 'with space.txt', line: 8, kind: 'Anthropic API key', fingerprint },
    ])
  })
})
