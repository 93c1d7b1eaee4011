import type { Projection } from '@mosaic/postgres'
import { expect } from 'vitest'
import { allProjections } from '../src/projections.ts'
import type { Projector } from '../src/projector.ts'

/** All projections, with one of them as a test has changed it. */
export const withChanged = (changed: Projection): readonly Projection[] =>
  allProjections.map((one) => (one.name === changed.name ? changed : one))

export async function everyModelEqual(projector: Projector): Promise<void> {
  for (const { name } of allProjections) {
    expect(await projector.verify(name)).toMatchObject({ name, equal: true, firstDifference: null })
  }
}

export const viewOf = async (projector: Projector, name: string, workspaceId?: string) =>
  (await projector.views(workspaceId)).find((view) => view.name === name)!
