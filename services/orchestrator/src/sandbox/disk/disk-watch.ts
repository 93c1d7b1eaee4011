import type { DiskQuota } from './quota.ts'
import { type Disk, diskOf, type Usage, usageOf } from './usage.ts'

type Measured = { readonly usage: Usage; readonly disk: Disk; readonly at: number; readonly tookMs: number }

/** Of the time since the last count, at most this share may have gone into counting; more while there is too much. */
const [share, shareWhenOver] = [0.2, 0.5]
const smallDisk = 0.05
/** Who is over may still write a little, or nothing could be tidied up. */
const slack: Usage = { bytes: 1024 ** 2, files: 100 }
const fewFiles = 1_000

/**
 * Says when a worktree is over its quota, or the disk itself is nearly full. A folder cannot have grown by more than its
 * disk has: as long as that leaves it below its quota, nothing is counted.
 */
export class DiskWatch {
  readonly #folder: string
  readonly #quota: DiskQuota
  #last: Measured | undefined
  /** Above this what runs is ended: set while there is too much. */
  #ceiling: Usage | undefined

  constructor(folder: string, quota: DiskQuota) {
    this.#folder = folder
    this.#quota = quota
  }

  /** Why what runs has to end now, in words for the agent; nothing when it may go on. */
  async verdict(): Promise<string | undefined> {
    const disk = await diskOf(this.#folder)
    const reserve = reserveOf(disk, this.#quota)
    const isLow = disk.freeBytes < reserve || disk.freeFiles < fewFiles
    if (disk.freeBytes < reserve / 2) return this.#say(`the disk has only ${megabytes(disk.freeBytes)} left`)
    if (!isLow && !this.#ceiling && this.#last && fits(this.#atMost(this.#last, disk), this.#quota)) return undefined
    if (this.#isTooSoon()) return undefined
    const before = this.#last
    const { usage } = await this.#measure(disk)
    const isOver = !fits(usage, this.#quota)
    if (!isOver && !isLow) {
      this.#ceiling = undefined
      return undefined
    }
    // A nearly full disk need not be this agent's doing: it ends when it is growing.
    const ceiling = this.#ceiling ?? (isOver ? this.#quota : plus((before ?? { usage }).usage, slack))
    const mayHave = plus(usage, slack)
    this.#ceiling = least(mayHave, this.#ceiling ?? mayHave)
    if (fits(usage, ceiling)) return undefined
    const holds = `${megabytes(usage.bytes)} in ${usage.files.toLocaleString('en')} files`
    const quota = `${megabytes(this.#quota.bytes)} and ${this.#quota.files.toLocaleString('en')} files`
    return this.#say(
      isOver ? `the worktree is over its quota of ${quota}: it holds ${holds}` : 'the disk is nearly full',
    )
  }

  /** Until everything had ended it wrote on: from what is there now on, nothing may be added. */
  async standsStill(): Promise<void> {
    const { usage } = await this.#measure(await diskOf(this.#folder))
    this.#ceiling = plus(usage, slack)
  }

  #say(reason: string): string {
    return `${reason}. Delete something; until then everything is ended as soon as it writes more.`
  }

  #atMost({ usage, disk: then }: Measured, disk: Disk): Usage {
    const grown = (of: keyof Usage) => usage[of] + Math.max(0, disk.used[of] - then.used[of])
    return { bytes: grown('bytes'), files: grown('files') }
  }

  #isTooSoon(): boolean {
    return (
      this.#last !== undefined &&
      performance.now() - this.#last.at < this.#last.tookMs / (this.#ceiling ? shareWhenOver : share)
    )
  }

  async #measure(disk: Disk): Promise<Measured> {
    const startedAt = performance.now()
    const usage = await usageOf(this.#folder)
    const at = performance.now()
    this.#last = { usage, disk, at, tookMs: at - startedAt }
    return this.#last
  }
}

/** What a person has to know of the disk that a folder is on; nothing while agents may write there. */
export async function diskTrouble(folder: string, quota: DiskQuota): Promise<string | undefined> {
  const disk = await diskOf(folder)
  if (disk.freeFiles < fewFiles) return `the disk of ${folder} has room for ${disk.freeFiles} files only`
  if (disk.freeBytes >= reserveOf(disk, quota)) return undefined
  return `the disk of ${folder} has ${megabytes(disk.freeBytes)} left; agents that write more are ended`
}

const reserveOf = (disk: Disk, { reserveBytes }: DiskQuota): number => Math.min(reserveBytes, disk.bytes * smallDisk)

const fits = (usage: Usage, limit: Usage): boolean => usage.bytes <= limit.bytes && usage.files <= limit.files
const plus = (a: Usage, b: Usage): Usage => ({ bytes: a.bytes + b.bytes, files: a.files + b.files })
const least = (a: Usage, b: Usage): Usage => ({ bytes: Math.min(a.bytes, b.bytes), files: Math.min(a.files, b.files) })
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2).toLocaleString('en')} MB`
