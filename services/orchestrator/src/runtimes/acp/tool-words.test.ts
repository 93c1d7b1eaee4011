import { expect, test } from 'vitest'
import { nameOfTool, outputOf, planOf } from './tool-words.ts'

test('what a tool changes in a file is told as a diff, with what stands around it', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', ''].join('\n')
  const diff = { type: 'diff' as const, path: 'sum.js', oldText: before, newText: before.replace('h', 'H') }
  expect(outputOf({ content: [diff] })).toBe('--- sum.js\n+++ sum.js\n@@ -5,4 +5,4 @@\n e\n f\n g\n-h\n+H\n')
  expect(outputOf({ content: [{ type: 'diff', path: 'new.js', newText: 'x\n' }] })).toContain('+x')
})

test('files that cannot be compared in time are told as they were and as they are', () => {
  const text = (seed: number) => Array.from({ length: 60_000 }, (_, line) => `${(line * seed) % 65_537}`).join('\n')
  const began = performance.now()
  const told = outputOf({ content: [{ type: 'diff', path: 'x', oldText: text(7919), newText: text(104_729) }] })
  expect(told).toMatch(/^--- x\n\+\+\+ x\n-0\n/)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('each of many changes of one call was compared for as long as one may be', () => {
  const text = (seed: number) => Array.from({ length: 4_000 }, (_, line) => `${(line * seed) % 65_537}`).join('\n')
  const diff = { type: 'diff' as const, path: 'x', oldText: text(7919), newText: text(104_729) }
  const began = performance.now()
  const told = outputOf({ content: Array.from({ length: 400 }, () => diff) })
  expect(told.match(/^--- x$/gm)).toHaveLength(400)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('texts that were far too long were compared, and told as a whole', () => {
  const told = outputOf({ content: [{ type: 'diff', path: 'x', newText: 'y\n'.repeat(4_000_000) }] })
  expect(told).toContain('characters left out')
  expect(told.length).toBeLessThan(200_000)
})

test('a plan is a line for each of its steps', () => {
  const entries = (['completed', 'in_progress', 'pending'] as const).map((status) => ({
    content: status,
    priority: 'medium' as const,
    status,
  }))
  expect(planOf({ entries })).toBe('✓ completed\n▸ in_progress\n○ pending')
})

test('tools of ours have our names, however an agent calls their server', () => {
  expect(nameOfTool({ name: 'mcp__mosaic__commit' })).toBe('commit')
  expect(nameOfTool({ name: 'mosaic_spawn_agent' })).toBe('spawn_agent')
  expect(nameOfTool({ name: 'Bash', kind: 'execute' })).toBe('Bash')
  expect(nameOfTool({ title: 'mosaic_commit', kind: 'other' })).toBe('commit')
  expect(nameOfTool({ title: 'mosaic_ and more', kind: 'other' })).toBe('other')
})
