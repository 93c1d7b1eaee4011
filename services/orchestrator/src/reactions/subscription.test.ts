import { expect, test } from 'vitest'
import { followedTypes } from './subscription.ts'

test('the log is followed for what happens to a session, not for what is said in it', () => {
  expect(followedTypes).toEqual(
    expect.arrayContaining(['AgentKillRequested', 'AgentResourcesReleased', 'TaskCompleted', 'KillAllCompleted']),
  )
  expect(followedTypes).not.toContain('MessageRecorded')
  expect(followedTypes).not.toContain('OperatorSignedIn')
})
