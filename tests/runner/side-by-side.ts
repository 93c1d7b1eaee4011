type Task = {
  readonly name: string
  /** Those that must be over before. */
  readonly after?: readonly string[] | undefined
  /** Nothing else may run meanwhile. */
  readonly alone?: boolean | undefined
}

/**
 * Runs all of them, so many at a time: begun in their order, but for those that wait for others (a name that is not among
 * them is not waited for). Settles when all have ended; `run` must not reject.
 */
export async function sideBySide<T extends Task>(
  tasks: readonly T[],
  lanes: number,
  run: (task: T) => Promise<void>,
): Promise<void> {
  const waiting = [...tasks]
  const running = new Map<T, Promise<void>>()
  const isOver = (name: string) => ![...running.keys(), ...waiting].some((task) => task.name === name)
  const next = (): T | undefined => {
    if (running.size >= lanes || running.keys().some(({ alone }) => alone)) return undefined
    const task = waiting.find(({ after = [] }) => after.every(isOver))
    return task?.alone && running.size > 0 ? undefined : task
  }
  while (waiting.length > 0) {
    const task = next()
    if (task) {
      waiting.splice(waiting.indexOf(task), 1)
      running.set(
        task,
        run(task).finally(() => running.delete(task)),
      )
    } else if (running.size > 0) await Promise.race(running.values())
    else throw new Error(`these wait for each other: ${waiting.map(({ name }) => name).join(', ')}`)
  }
  await Promise.all(running.values())
}
