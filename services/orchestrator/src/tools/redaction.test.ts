import { describe, expect, it } from 'vitest'
import { redact, shorten } from './redaction.ts'

const keys = {
  'Anthropic API key': `sk-ant-api03-${'x'.repeat(40)}`,
  'OpenAI API key': `sk-proj-${'Ab1_'.repeat(10)}`,
  'GitHub token': `github_pat_${'A1'.repeat(15)}`,
  'AWS access key': `AKIA${'Q'.repeat(16)}`,
  'Slack token': ['xoxb', '123456789012', 'abcdefghij'].join('-'),
}

describe('redact', () => {
  it.each(Object.entries(keys))('takes out an %s', (name, key) => {
    expect(redact(`a ${key} b ${key}`, [])).toEqual({
      text: `a [redacted: ${name}] b [redacted: ${name}]`,
      redacted: 2,
    })
  })

  it('takes out the values of this installation, the longer first', () => {
    const { text } = redact('one hunter2-hunter2-more two hunter2-hunter2', ['hunter2-hunter2', 'hunter2-hunter2-more'])
    expect(text).toBe('one [redacted: secret of this installation] two [redacted: secret of this installation]')
  })

  it('leaves words alone that only look short or similar', () => {
    const text = 'sk-ant is a prefix, AKIA too, and so is ghp_short; the token is abc'
    expect(redact(text, ['abc'])).toEqual({ text, redacted: 0 })
  })
})

describe('shorten', () => {
  it('keeps what fits', () => expect(shorten('short', 5)).toEqual({ text: 'short', truncated: false }))

  it('keeps beginning and end', () => {
    const { text, truncated } = shorten(`${'a'.repeat(50)}${'b'.repeat(50)}`, 20)
    expect(text).toBe(`${'a'.repeat(10)}\n[… 80 characters left out …]\n${'b'.repeat(10)}`)
    expect(truncated).toBe(true)
  })

  it('cuts no character in half', () => {
    expect(shorten('😀'.repeat(10), 10).text.isWellFormed()).toBe(true)
  })
})
