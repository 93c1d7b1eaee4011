import { expect, test } from 'vitest'
import { createFolders, DataFolderError, pathsOf } from './paths.ts'

test.each([
  ['/dev/null', 'part of its path is a file'],
  ['/proc/mosaic', 'cannot be used'],
])('a data folder that cannot be (%s) is an error that says why, at once', (dataDir, reason) => {
  const create = () => createFolders(pathsOf(dataDir))
  expect(create).toThrow(DataFolderError)
  expect(create).toThrow(reason)
})
