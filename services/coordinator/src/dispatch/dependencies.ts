import { taskStream, type TaskView } from '@mosaic/contracts/task'
import { type EventStore, foldStream } from '@mosaic/event-store'
import { taskView } from '@mosaic/views'
import { LRUCache } from 'lru-cache'

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'waits' }
  /** It will never be: this one of them has not come to a good end. */
  | { readonly kind: 'lost'; readonly task: Pick<TaskView, 'taskId' | 'title' | 'status'> }

/** Tasks that have ended are not in the queue's fold: how is read from the log, once each. */
export class Dependencies {
  readonly #store: Pick<EventStore, 'readStream'>
  readonly #isOpen: (taskId: string) => boolean
  readonly #ended = new LRUCache<string, Pick<TaskView, 'taskId' | 'title' | 'status'>>({ max: 10_000 })

  constructor(options: { store: Pick<EventStore, 'readStream'>; isOpen: (taskId: string) => boolean }) {
    this.#store = options.store
    this.#isOpen = options.isOpen
  }

  /** @throws StoreUnavailableError */
  async readiness(dependsOn: readonly string[]): Promise<Readiness> {
    // Whoever has failed since is found among those that have ended.
    for (const taskId of dependsOn.filter((each) => !this.#isOpen(each))) {
      const task = await this.#endedTask(taskId)
      if (task.status !== 'completed') return { kind: 'lost', task }
    }
    return { kind: dependsOn.some(this.#isOpen) ? 'waits' : 'ready' }
  }

  /** It was begun again: how it ends is to be seen anew. */
  forget(taskId: string): void {
    this.#ended.delete(taskId)
  }

  async #endedTask(taskId: string): Promise<Pick<TaskView, 'taskId' | 'title' | 'status'>> {
    const known = this.#ended.get(taskId)
    if (known) return known
    const { states } = await foldStream(this.#store, taskView, { streamId: taskStream.of(taskId) })
    const { title, status } = states[0] ?? { title: taskId, status: 'failed' as const }
    const found = { taskId, title, status }
    this.#ended.set(taskId, found)
    return found
  }
}
