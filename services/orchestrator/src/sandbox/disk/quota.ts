/** What a worktree may hold, and what agents leave free on the disk that it is on. */
export type DiskQuota = {
  readonly bytes: number
  /** Files, folders and links. */
  readonly files: number
  /** Left for the log, for other programs, and for stopping; never more than a twentieth of a small disk. */
  readonly reserveBytes: number
}

export const defaultQuota: DiskQuota = { bytes: 10 * 1024 ** 3, files: 1_000_000, reserveBytes: 1024 ** 3 }
