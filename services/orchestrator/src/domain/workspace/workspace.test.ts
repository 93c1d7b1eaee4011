import { expect, test } from 'vitest'
import { workspace } from './workspace.ts'

test('a workspace is created once, however often it is asked for', () => {
  const command = { type: 'CreateWorkspace', workspaceId: 'default', name: 'Default' } as const
  const first = workspace.decide(command, workspace.initialState)
  expect(first).toEqual({
    ok: true,
    value: [{ type: 'WorkspaceCreated', data: { workspaceId: 'default', name: 'Default' } }],
  })
  const created = first.ok ? first.value.reduce(workspace.evolve, workspace.initialState) : workspace.initialState
  expect(workspace.decide(command, created)).toEqual({ ok: true, value: [] })
})
