import { expect, test } from 'vitest'
import { fenced, mostTold, newsOf } from './news.ts'

test.each([
  ['what was added below', ['$ ls', 'a'], ['$ ls', 'a', '$ pwd', '/'], '$ pwd\n/'],
  ['a line that has grown', ['$ ls', 'a', '$ '], ['$ ls', 'a', '$ pwd', '/'], '$ pwd\n/'],
  ['nothing where nothing is new', ['$ ls', 'a'], ['$ ls', 'a'], ''],
  ['all of a screen that is another', ['one', 'two', 'three'], ['four', 'five'], 'four\nfive'],
  ['what is new where old lines have gone above', ['1', '2', '3', '4', '$ '], ['3', '4', '$ x', '5'], '$ x\n5'],
  ['all at first', [], ['', 'hello', ''], 'hello'],
])('tells %s', (_, before, now, news) => expect(newsOf(before, now)).toBe(news))

test('of much the end is told', () => {
  const news = newsOf(
    [],
    Array.from({ length: 5_000 }, (_, at) => `line ${at}`),
  )
  expect(news.length).toBeLessThan(mostTold + 10)
  expect(news).toMatch(/^…\n.*line 4999$/s)
})

test('what stands in a screen does not end the block that it is shown in', () => {
  expect(fenced('a\n```\nb')).toBe('````text\na\n```\nb\n````')
})
