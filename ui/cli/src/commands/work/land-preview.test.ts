import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { type LandPreview, previewText } from './land-preview.ts'

const look = { branch: 'mosaic/a', base: 'main', commits: [], files: [], moreFiles: 0, conflicts: [], isMerged: true }
const preview = (uncommitted: object | null) =>
  ({ sessionId: 's', task: 'look', look, patch: { patch: '' }, check: null, uncommitted }) as unknown as LandPreview
const textOf = (uncommitted: object | null) => stripVTControlCharacters(previewText(preview(uncommitted)))

test('of kept changes, which do not land, nothing was said', () => {
  expect(textOf({ files: 2, insertions: 3, deletions: 1 })).toContain(
    '2 files +3 −1 not committed, kept: these do not land unless they are on the branch: mosaic work keep s',
  )
})

test('where nothing was left behind nothing is said of it', () => {
  expect(textOf(null)).not.toContain('work keep')
})
