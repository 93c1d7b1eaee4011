import { newsOf } from './news.ts'

/** So long a screen stands still before it is told, and so long one that never does may go on untold. */
const [quietMs, latestMs] = [2_000, 30_000]

type Parts = {
  readonly lines: () => readonly string[]
  /** Makes a fact of it. */
  readonly tell: (news: string) => Promise<void>
  readonly failed: (error: unknown) => void
}

/**
 * Tells what a screen shows that it did not when it was last told. One that changes by itself again and again, as a clock does,
 * is told less and less often, until somebody types.
 */
export class ToldScreens {
  readonly #parts: Parts
  #told: readonly string[] = []
  #quietFor = quietMs
  #quiet: NodeJS.Timeout | undefined
  #latest: NodeJS.Timeout | undefined
  #telling: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  changed(): void {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => this.#due(), this.#quietFor)
    this.#latest ??= setTimeout(() => this.#due(), latestMs)
  }

  typed(): void {
    this.#quietFor = quietMs
  }

  /** What has not been told yet; nothing is told afterwards. */
  end(): string {
    this.stop()
    return this.#news()
  }

  stop(): void {
    clearTimeout(this.#quiet)
    clearTimeout(this.#latest)
    this.#latest = undefined
  }

  /** Settles once what is being told is a fact. */
  settled(): Promise<void> {
    return this.#telling
  }

  #due(): void {
    this.stop()
    this.#quietFor = Math.min(this.#quietFor * 2, latestMs)
    const news = this.#news()
    if (news.trim() === '') return
    this.#telling = this.#telling.then(() => this.#parts.tell(news))
    this.#telling.catch(this.#parts.failed)
  }

  #news(): string {
    const now = this.#parts.lines()
    const news = newsOf(this.#told, now)
    this.#told = now
    return news
  }
}
