type Task = { readonly name: string; readonly after?: readonly string[] | undefined }

/**
 * Runs all of them, so many at a time: begun in their order, but for those that wait for others (`after`; a name that is
 * not among them is not waited for). Settles when all have ended; `run` must not reject.
 */
export async function sideBySide<T extends Task>(
  tasks: readonly T[],
  lanes: number,
  run: (task: T) => Promise<void>,
): Promise<void> {
  const waiting = [...tasks]
  const running = new Map<string, Promise<void>>()
  const isOver = (name: string) => !running.has(name) && !waiting.some((task) => task.name === name)
  while (waiting.length > 0) {
    const next = running.size < lanes ? waiting.findIndex(({ after = [] }) => after.every(isOver)) : -1
    const [task] = next === -1 ? [] : waiting.splice(next, 1)
    if (task) {
      running.set(
        task.name,
        run(task).finally(() => running.delete(task.name)),
      )
    } else if (running.size > 0) await Promise.race(running.values())
    else throw new Error(`these wait for each other: ${waiting.map(({ name }) => name).join(', ')}`)
  }
  await Promise.all(running.values())
}
