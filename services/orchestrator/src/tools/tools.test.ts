import { expect, it, test } from 'vitest'
import { definitionOf, tools, toolsFor, unknownTool } from './index.ts'

test.each(tools)('$name says what it is for, what it takes and how it runs', (tool) => {
  const { description, inputSchema } = definitionOf(tool)
  expect(description.length).toBeGreaterThan(20)
  expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
  expect(Object.keys(inputSchema['properties'] as object)).toEqual(Object.keys(tool.input.shape))
  expect(['sandbox', 'outside', 'waiting']).toContain(tool.runs)
})

it('has one tool of a name', () => {
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length)
})

it('asks only for what a tool cannot do without', () => {
  const required = Object.fromEntries(
    tools.map((tool) => [tool.name, definitionOf(tool).inputSchema['required'] ?? []]),
  )
  expect(required).toMatchObject({
    shell: ['command'],
    list_files: [],
    spawn_agent: ['task', 'agent_type'],
    finish: ['summary', 'outcome'],
  })
})

it('tells who calls a tool that is not there which there are', () => {
  const { content, isError, details } = unknownTool('rm_rf', tools)
  expect([isError, details['code']]).toEqual([true, 'UNKNOWN_TOOL'])
  for (const name of ['rm_rf', ...tools.map((tool) => tool.name)]) expect(content).toContain(name)
})

it('gives who reviews what looks and tries, and nothing that changes a branch or asks anybody', () => {
  const reviews = { sessionId: 's', checkId: 'c', commit: 'a' }
  const names = toolsFor({ reviews }).map(({ name }) => name)
  expect(names).toEqual(['shell', 'read_file', 'list_files', 'search', 'submit_review', 'finish'])
  const others = tools.map(({ name }) => name).filter((name) => name !== 'submit_review')
  expect(toolsFor({ reviews: null }).map(({ name }) => name)).toEqual(others)
})
