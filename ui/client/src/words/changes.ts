import type { LocalChanges } from '@mosaic/contracts/repository'

/** `3 files, +10 −2 on main` */
export const changedText = ({ branch, files, insertions, deletions }: LocalChanges): string =>
  `${files} ${files === 1 ? 'file' : 'files'}, +${insertions} −${deletions} on ${branch ?? 'no branch'}`
