import { expect, it } from 'vitest'
import { toolDefinitions, toolInputs } from './definitions.ts'

it('defines the twelve tools as the Messages API takes them', () => {
  expect(toolDefinitions.map(({ name }) => name)).toEqual([
    'shell',
    'read_file',
    'write_file',
    'edit_file',
    'list_files',
    'search',
    'commit',
    'merge_branch',
    'spawn_agent',
    'wait_for_agents',
    'ask_operator',
    'finish',
  ])
  for (const { name, description, input_schema } of toolDefinitions) {
    expect(description.length).toBeGreaterThan(20)
    expect(input_schema).toMatchObject({ type: 'object', additionalProperties: false })
    expect(Object.keys(input_schema['properties'] as object)).toEqual(Object.keys(toolInputs[name].shape))
  }
})

it('asks only for what a tool cannot do without', () => {
  const required = Object.fromEntries(toolDefinitions.map((tool) => [tool.name, tool.input_schema['required'] ?? []]))
  expect(required).toMatchObject({
    shell: ['command'],
    list_files: [],
    spawn_agent: ['task', 'agent_type'],
    finish: ['summary', 'outcome'],
  })
})
