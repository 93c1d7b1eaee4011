import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { harmless, inPhrases, samples } from '../test/samples.ts'
import { everyPattern } from './patterns.ts'
import { createRedactor } from './redactor.ts'

const { count, text, value } = createRedactor()

describe('a redactor', () => {
  it.each(samples)('covers a %s as a whole, wherever it stands', (kind, secret) => {
    const covered = `[redacted: ${kind}]`
    for (const [before, after] of [
      ['', ''],
      ['it is ', '.'],
      ['"', '"'],
      ['(', ')'],
      ['a\\n', '\\n'],
      ['KEY=', '\n'],
      ['https://x-token@', ' '],
    ]) {
      expect(text(`${before}${secret}${after}`)).toBe(`${before}${covered}${after}`)
    }
    expect(count(`${secret} and ${secret}`)).toEqual({ text: `${covered} and ${covered}`, redacted: 2 })
  })

  it.each(samples)('missed a %s behind an escape or the colour that grep gives it', (kind, secret) => {
    for (const before of ['\\u0022', '\\x22', 'token%3D', '\u001B[01;31m\u001B[K', '\u001B[32m', '\\u001b[0m']) {
      expect(text(`${before}${secret}\u001B[m`)).toBe(`${before}[redacted: ${kind}]\u001B[m`)
    }
  })

  const marks = ['Anthropic API key', 'GitHub token', 'GitLab token', 'Slack token', 'PyPI token', 'DigitalOcean token']
  it.each(samples.filter(([kind]) => marks.includes(kind)))('missed a %s right after a letter', (kind, secret) => {
    for (const before of ['token', 'é', 'a1', 'KEY_'])
      expect(text(before + secret)).toBe(`${before}[redacted: ${kind}]`)
  })

  it.each(inPhrases)('covers a %s after "%s", and leaves what is around it', (kind, before, secret, after) => {
    expect(text(`see ${before}${secret}${after} there`)).toBe(`see ${before}[redacted: ${kind}]${after} there`)
  })

  it.each(harmless)('leaves %s alone', (given) => expect(text(given)).toBe(given))

  it('covers what it knows by value, the longer first, and no short words', () => {
    const known = createRedactor(['hunter2-hunter2', 'hunter2-hunter2-more', 'abc'])
    expect(known.count('abc hunter2-hunter2-more hunter2-hunter2')).toEqual({
      text: 'abc [redacted: secret of this installation] [redacted: secret of this installation]',
      redacted: 2,
    })
  })

  it('covers the first lines of a private key whose end is missing', () => {
    const cut = samples
      .find(([kind]) => kind === 'private key')![1]
      .split('\n')
      .slice(0, 5)
      .join('\n')
    expect(text(`${cut}\nand then`)).toBe('[redacted: private key]\nand then')
  })

  it('covers keys and values of a JSON value, and gives back the very same where there is nothing', () => {
    const [, secret] = samples[0]!
    expect(value({ [secret]: [1, null, { a: `x ${secret}` }] })).toEqual({
      '[redacted: Anthropic API key]': [1, null, { a: 'x [redacted: Anthropic API key]' }],
    })
    const clean = { a: ['b', { c: 1 }] }
    expect(value(clean)).toBe(clean)
  })
})

const piece = fc.oneof(
  fc.constantFrom(...samples.map(([, secret]) => secret), ...inPhrases.map((phrase) => phrase.slice(1).join(''))),
  fc.string(),
  fc.constantFrom(' ', '\n', '"', '\\', ': ', '@', '://', '-----BEGIN ', 'Bearer '),
)
const pieces = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''))

it('covering twice is covering once, and what was JSON stays JSON', () => {
  fc.assert(
    fc.property(pieces, (given) => {
      const once = text(given)
      expect(text(once)).toBe(once)
      expect(() => JSON.parse(text(JSON.stringify({ given })))).not.toThrow()
    }),
    { numRuns: 500 },
  )
})

it('takes no longer than the text is long, whatever somebody writes to make it', () => {
  const beginnings = [
    'sk-ant-api03-',
    '-----BEGIN RSA PRIVATE KEY-----',
    'eyJ',
    'https://a:',
    'Bearer a',
    'AccountKey=',
  ]
  const fillers = [
    'a',
    'A1',
    '-',
    ' ',
    '@',
    '=',
    ':',
    '\n',
    'Bearer ',
    'eyJa.',
    '-----BEGIN PRIVATE KEY-----',
    'twilio',
  ]
  for (const beginning of beginnings) {
    for (const filler of fillers) {
      const given = beginning + filler.repeat(Math.ceil(200_000 / filler.length))
      const began = performance.now()
      text(given)
      expect([beginning, filler, performance.now() - began < 5000]).toEqual([beginning, filler, true])
    }
  }
})

const anchors = [
  ...new Set(everyPattern.flatMap((rule) => rule.anchors)),
  'ghs_1_',
  'eyJ-',
  'sk-proj-',
  'SG.a.',
  'tskey-aa-',
]
it.each(anchors)('%s again and again took the square of its length', (anchor) => {
  for (const unit of [anchor, `${anchor}-`, `${anchor}1a_`]) {
    const cpuMs = (length: number) => {
      const given = unit.repeat(Math.ceil(length / unit.length))
      const before = process.cpuUsage()
      text(given)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }
    // Four times the length took sixteen times as long; what is too short to be measured tells nothing.
    expect(cpuMs(80_000)).toBeLessThan(Math.max(cpuMs(20_000) * 10, 250))
  }
})

it.each(['\u001b[m\u001b[K', '\u001b]8;;https://a.example\u0007', '\u200b', '\u0000', '\u202e', '\u009b1m'])(
  'a secret with %j in it was shown whole by who leaves that out',
  (unseen) => {
    for (const [, secret] of samples) {
      const cut = `found: ${secret.slice(0, 7)}${unseen}${secret.slice(7)} here`
      const covered = createRedactor().value({ a: [cut] }).a[0]!
      expect(covered.replaceAll(unseen, '')).toBe(text(`found: ${secret} here`))
      expect(createRedactor().mayChange(JSON.stringify({ cut }))).toBe(true)
      expect(text(covered)).toBe(covered)
    }
    const harmless = `${unseen}green${unseen} and no secret`
    expect(text(harmless)).toBe(harmless)
  },
)

it('a value that nests without end is cut off, its secrets with it', () => {
  const nested = JSON.parse(`${'['.repeat(5000)}"x"${']'.repeat(5000)}`)
  expect(JSON.stringify(createRedactor().value(nested))).toMatch(/^\[{1000}"\[redacted: nested too deep\]"\]{1000}$/)
})
