import { type ComponentName, componentNames, type StartProgress } from '@mosaic/local-tier'
import { Listr } from 'listr2'
import pc from 'picocolors'
import { print } from '../../cli.ts'

/** Shows a start while it is under way: a live list in a terminal, one line per fact in a pipe, nothing for JSON. */
export type StartView = { progress(message: StartProgress): void; close(): Promise<void> }

export function startView({ json }: { json: boolean }): StartView {
  if (json) return { progress() {}, async close() {} }
  return process.stdout.isTTY ? liveView() : lineView()
}

function lineView(): StartView {
  return {
    progress(message) {
      const line = lineOf(message)
      if (line) print(line)
    },
    async close() {},
  }
}

/** One line for a fact that a person would want to know; undefined for the others. */
export function lineOf(message: StartProgress): string | undefined {
  if (message.type === 'healthy')
    return `${pc.green('✓')} ${message.component} ${pc.dim(`(${(message.tookMs / 1000).toFixed(1)} s)`)}`
  if (message.type === 'retrying')
    return `${pc.yellow('!')} ${message.component} ${firstLine(message.reason)}; starting it again`
  if (message.type === 'pages' && message.status === 'building') return `${pc.dim('…')} building the console`
  if (message.type === 'pages' && message.status === 'built') return `${pc.green('✓')} console built`
  if (message.type === 'pages' && message.status === 'failed') return `${pc.yellow('!')} ${message.reason}`
  return undefined
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''

type Name = ComponentName | 'console'
/** A row of the live list. What is told before the list has drawn the row is kept for it. */
type Row = { done: PromiseWithResolvers<void>; task?: { output: string } }

function liveView(): StartView {
  const rows = new Map<Name, Row>(
    (['console', ...componentNames] as const).map((name) => [name, { done: Promise.withResolvers() }]),
  )
  const shown = showList(rows)
  const afterwards = lineView()
  let closed = false
  let failedPages: StartProgress | undefined
  const note = (name: Name, text: string) => {
    const task = rows.get(name)?.task
    if (task) task.output = text
  }
  return {
    progress(message) {
      // Restarts long after the start are told as lines below the list.
      if (closed) return afterwards.progress(message)
      if (message.type === 'healthy') rows.get(message.component)?.done.resolve()
      else if (message.type === 'starting') note(message.component, 'starting')
      else if (message.type === 'retrying') note(message.component, `${firstLine(message.reason)}; starting it again`)
      else if (message.status === 'building') note('console', 'building')
      else rows.get('console')?.done.resolve()
      if (message.type === 'pages' && message.status === 'failed') failedPages = message
    },
    async close() {
      if (closed) return
      closed = true
      for (const { done } of rows.values()) done.resolve()
      await shown
      // Told when the list no longer overwrites what is written.
      if (failedPages) afterwards.progress(failedPages)
    },
  }
}

function showList(rows: ReadonlyMap<Name, Row>): Promise<unknown> {
  const list = new Listr(
    [...rows].map(([title, row]) => ({
      title,
      task: (_: unknown, task: { output: string }) => {
        row.task = task
        return row.done.promise
      },
    })),
    { concurrent: true, exitOnError: false, registerSignalListeners: false },
  )
  return list.run()
}
