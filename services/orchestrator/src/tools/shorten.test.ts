import { describe, expect, it } from 'vitest'
import { shorten } from './shorten.ts'

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
