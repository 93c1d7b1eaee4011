import { createHash } from 'node:crypto'
import { foldEvent, isHandled, type View } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { fixedHistory } from '@mosaic/kit'
import { expect, test } from 'vitest'
import {
  budgetView,
  conversationView,
  fleetStateView,
  lifecycleView,
  mergeQueueView,
  missionView,
  numbersView,
  queueView,
  sessionView,
  taskView,
} from './index.ts'

const views = {
  lifecycle: lifecycleView,
  session: sessionView,
  conversation: conversationView,
  numbers: numbersView,
  fleet: fleetStateView,
  task: taskView,
  mission: missionView,
  queue: queueView,
  budget: budgetView,
  mergeQueue: mergeQueueView,
}

/**
 * What a fixed history folds to step by step, with the version of the view. Two branches that both raise a version to
 * the same number meet here, where merging them would otherwise say nothing, and one go on with states of the other.
 *
 * Where a digest differs, the version has to rise. Only where the history has grown (a new kind of fact) may the new
 * digest stand beside the old version.
 */
const pinned: Readonly<Record<keyof typeof views, string>> = {
  lifecycle: '20 14a76a47088179b0',
  session: '23 738d9226651eb681',
  conversation: '6 955c2f4f02388ec2',
  numbers: '6 9b99d53b9ea8ea50',
  fleet: '2 33b7415dfe87a054',
  task: '4 b5aca040e3b198d8',
  mission: '3 c0986242d14bcabf',
  queue: '1 70787befb01d4d7d',
  budget: '1 55ceada9b2e5bc87',
  mergeQueue: '2 2b5106b8ab030c20',
}

test.each(Object.keys(views) as (keyof typeof views)[])('what %s folds to differs only with a new version', (name) => {
  // It is given only events of the types that it handles.
  const view = views[name] as unknown as View<unknown, MosaicEvent>
  const states = new Map<string, unknown>()
  const steps = createHash('sha256')
  for (const event of fixedHistory().filter((each) => isHandled(view, each))) {
    const key = JSON.stringify(view.keyOf(event))
    states.set(key, foldEvent(view, states.get(key), event))
    steps.update(inOrder([key, states.get(key)]))
  }
  expect(states.size).toBeGreaterThan(0)
  expect(`${view.version} ${steps.digest('hex').slice(0, 16)}`).toBe(pinned[name])
})

/** The order of a state's fields says nothing. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
