import { expect, test } from 'vitest'
import { following } from './following.ts'

test('the log is followed for what happens to a session, not for what is said in it', () => {
  const { broughtAbout } = following
  expect(broughtAbout).toEqual(
    expect.arrayContaining(['AgentKillRequested', 'AgentResourcesReleased', 'KillAllCompleted']),
  )
  expect(broughtAbout).not.toContain('MessageRecorded')
  expect(broughtAbout).not.toContain('OperatorSignedIn')
})
