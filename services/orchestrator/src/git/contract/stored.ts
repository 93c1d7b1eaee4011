/** A ref of ours in a mirror. `sessionId`: whose it is, as far as its name says. */
export type StoredRef = {
  readonly kind: 'checkpoint' | 'uncommitted' | 'base' | 'branch'
  readonly ref: string
  readonly sessionId: string | null
  /** Of a checkpoint: the fact that it was made after. */
  readonly revision: number
  /** When what it names was made; in milliseconds since 1970. */
  readonly at: number
}

/** `usedAt`: when its origin was last asked; in milliseconds since 1970. */
export type StoredMirror = {
  readonly path: string
  readonly repository: string
  readonly refs: readonly StoredRef[]
  readonly usedAt: number
}

/** What mirrors hold that nobody's origin asked for. */
export interface StoredWork {
  mirrors(): Promise<StoredMirror[]>
  drop(mirror: string, refs: readonly string[]): Promise<void>
  /** Not while a worktree stands on it; answers whether it is gone. */
  removeMirror(mirror: string): Promise<boolean>
}
