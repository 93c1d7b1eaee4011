/** The ids of calls in an API that knows none, or need not be told them: results come in the order of their calls. */
export class CallsInOrder {
  #made = 0
  #answered = 0

  made(id?: string): string {
    return id ?? `call_${this.#made++}`
  }

  answered(id?: string): string {
    return id ?? `call_${this.#answered++}`
  }
}
