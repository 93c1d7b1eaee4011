import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { GateResult } from '@mosaic/contracts/quality'
import { specification } from '@mosaic/kit'
import { test } from 'vitest'
import { commands, running } from '../../../../test/session-histories.ts'
import { check, checked, epoch, opinion, sessionId, skipped, spec } from '../../../../test/session-samples.ts'
import { agentSession } from '../index.ts'

const { given } = specification(agentSession)
const requested = { type: 'QualityCheckRequested', data: { sessionId, ...check } } as const
const approved = { type: 'QualityCheckCompleted', data: { sessionId, ...checked } } as const
const failed: GateResult = { name: 'tests', kind: 'mechanical', passed: false, ran: true, details: [], durationMs: 1 }

test('a check is asked for, and asked again after a crash without a second fact', () => {
  given(...running)
    .when(commands.RequestQualityCheck)
    .then(requested)
  given(...running, requested)
    .when(commands.RequestQualityCheck)
    .nothing()
})

test('an answer holds for what was asked, once', () => {
  given(...running, requested)
    .when(commands.CompleteQualityCheck)
    .then(approved)
  given(...running, requested, approved)
    .when(commands.CompleteQualityCheck)
    .rejectedWith('SESSION_STEP_OUT_OF_ORDER')
})

test('no change is approved that has not passed a gate, or of which nothing could be decided', () => {
  const history = given(...running, requested)
  history.when({ ...commands.CompleteQualityCheck, gates: [failed] }).rejectedWith('SESSION_STEP_OUT_OF_ORDER')
  history.when({ ...commands.CompleteQualityCheck, blocked: 'away' }).rejectedWith('SESSION_STEP_OUT_OF_ORDER')
  const rejection = { ...checked, approved: false, gates: [failed] }
  history
    .when({ type: 'CompleteQualityCheck', epoch, ...rejection })
    .then({ type: 'QualityCheckCompleted', data: { sessionId, ...rejection } })
})

test('nothing is checked of a session from before there were gates', () => {
  const [spawn, ...rest] = running
  if (spawn?.type !== 'AgentSpawnRequested') throw new Error('a session begins with its spawn')
  given({ type: 'AgentSpawnRequested', data: { ...spec, quality: null } }, ...rest)
    .when(commands.RequestQualityCheck)
    .rejectedWith('SESSION_STEP_OUT_OF_ORDER')
})

test('a reviewer says what it thinks of the change that it was spawned for, once', () => {
  const of = { sessionId: spec.parentSessionId ?? sessionId, checkId: check.checkId, commit: 'c' }
  const [, ...rest] = running
  const reviewer = { type: 'AgentSpawnRequested', data: { ...spec, reviews: of } } as const
  const submitted = {
    type: 'ReviewSubmitted',
    data: { sessionId, of, ...opinion, findings: [] },
  } satisfies AgentSessionEvent
  given(reviewer, ...rest)
    .when(commands.SubmitReview)
    .then(submitted)
  given(reviewer, ...rest, submitted)
    .when(commands.SubmitReview)
    .nothing()
  given(...running)
    .when(commands.SubmitReview)
    .rejectedWith('SESSION_STEP_OUT_OF_ORDER')
})

test('gates that are skipped are a fact each time', () => {
  const event = { type: 'QualityGatesSkipped', data: { sessionId, ...skipped } } as const
  given(...running, event)
    .when(commands.SkipQualityGates)
    .then(event)
})
