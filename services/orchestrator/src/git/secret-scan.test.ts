import { compilePattern, fingerprintOf } from '@mosaic/redaction'
import * as fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { SecretScan } from './secret-scan.ts'

const key = `sk-ant-api03-${'a1-_'.repeat(10)}`
const fingerprint = expect.any(String)

function scanned(diff: string, size = 64 * 1024) {
  const scan = new SecretScan()
  const bytes = Buffer.from(diff)
  for (let at = 0; at < bytes.length; at += size) scan.read(bytes.subarray(at, at + size))
  return scan.findings()
}
const diff = (file: string, lines: readonly string[]) =>
  [`diff --git a/${file} b/${file}`, `+++ b/${file}`, '@@ -1,9 +1,9 @@', ...lines, ''].join('\n')
const added = (file: string, ...lines: readonly string[]) =>
  diff(
    file,
    lines.map((line) => `+${line}`),
  )

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

test('a key in a line of any length is found once, wherever it stands in it', () => {
  const filler = fc.constantFrom('x', 'é', ' ', 'ab.', '{"a":1},', '-----BEGIN ', 'ghp-', 'sk-')
  const length = fc.integer({ min: 0, max: 300_000 })
  const piece = fc.tuple(filler, length).map(([text, most]) => text.repeat(most / text.length))
  fc.assert(
    fc.property(piece, piece, fc.integer({ min: 1, max: 70_000 }), (before, after, size) => {
      expect(scanned(added('a.js', `${before}"${key}"${after}`), size)).toEqual([
        { file: 'a.js', line: 1, kind: 'Anthropic API key', fingerprint },
      ])
    }),
    { numRuns: 60 },
  )
})

test('a line of megabytes kept the event loop for seconds', () => {
  const scan = new SecretScan()
  scan.read(Buffer.from(diff('a', ['+']).trimEnd()))
  const chunk = Buffer.from('0123456789:AAaaaa'.repeat(3855))
  const timed = (act: () => void) => {
    const start = performance.now()
    act()
    return performance.now() - start
  }
  const perChunk = Array.from({ length: 200 }, () => timed(() => scan.read(chunk))).toSorted((a, b) => a - b)
  // Nothing is left for the end of the line.
  expect(timed(() => scan.findings())).toBeLessThan(50 * perChunk[100]!)
})

const body = (letter: string) => [64, 64, 64, 22].map((length) => `MII${letter.repeat(length - 3)}`)
const pem = (letter: string) => ['-----BEGIN RSA PRIVATE KEY-----', ...body(letter), '-----END RSA PRIVATE KEY-----']
const only = (findings: ReturnType<typeof scanned>) => {
  expect(findings).toMatchObject([{ kind: 'private key' }])
  return findings[0]!.fingerprint
}

test('who allowed one private key had allowed every other one in its file', () => {
  const one = only(scanned(added('id', ...pem('A'))))
  expect(only(scanned(added('id', 'before', ...pem('A'), 'after')))).toBe(one)
  expect(only(scanned(added('id', ...pem('B'))))).not.toBe(one)
})

test.each([
  ['with its line breaks written out', (lines: readonly string[]) => [`key = "${lines.join('\\n')}"`]],
  ['as an array on one line', (lines: readonly string[]) => [JSON.stringify(lines)]],
  ['as texts in a program', (lines: readonly string[]) => lines.map((line) => `  "${line}\\n" +`)],
  ['in a comment', (lines: readonly string[]) => lines.map((line) => `  # ${line}`)],
  ['cut off', (lines: readonly string[]) => lines.slice(0, -1)],
])('a private key %s is told apart by its body', (_, written) => {
  const [one, other] = [scanned(added('id', ...written(pem('A')))), scanned(added('id', ...written(pem('B'))))]
  expect(only(one)).not.toBe(only(other))
})

test('another body between the lines of a key that was there is another key', () => {
  const whole = only(scanned(added('id', ...pem('B'))))
  const [first = '', ...rest] = pem('B')
  const last = rest.pop() ?? ''
  const changed = [` ${first}`, ...body('A').map((line) => `-${line}`), ...rest.map((line) => `+${line}`), ` ${last}`]
  expect(only(scanned(diff('id', changed)))).toBe(whole)
})

test('a program that mentions a key may be changed below', () => {
  const lines = [" const begin = '-----BEGIN PRIVATE KEY-----'", '+const other = 1', '+return', ' }']
  expect(scanned(diff('a.ts', lines))).toEqual([])
})

test.each(['utf16le', 'latin1'] as const)('a key in a binary file is found as %s has it', (encoding) => {
  const scan = new SecretScan()
  const content = Buffer.from(`\u0001\u0002 token ${key}\u0000end`, encoding)
  scan.read(Buffer.concat([Buffer.from(diff('a.bin', ['+']).trimEnd()), content, Buffer.from('\n')]))
  expect(scan.findings()).toMatchObject([{ file: 'a.bin', line: 1, kind: 'Anthropic API key' }])
})

test('patterns of a workspace are looked for too, and its line is named', () => {
  const scan = new SecretScan([compilePattern({ name: 'ours', pattern: 'ours-[0-9]{6}' })])
  scan.read(Buffer.from(added('a.txt', 'nothing', 'it is ours-123456.')))
  expect(scan.findings()).toEqual([{ file: 'a.txt', line: 2, kind: 'ours', fingerprint }])
})

test('what is assigned to a secret name is found where it is random, under the fingerprint of the value', () => {
  const value = ['q7Zr', '2mKx91Lw', 'T4bN'].join('')
  const found = scanned(added('a.env', `client_secret = "${value}"`, 'password = "correct-horse-battery"'))
  expect(found).toEqual([{ file: 'a.env', line: 1, kind: 'assigned secret', fingerprint: fingerprintOf(value) }])
})
