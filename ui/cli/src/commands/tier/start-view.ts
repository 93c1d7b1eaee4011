import { type ComponentName, componentNames, type StartProgress } from '@mosaic/local-tier'
import { Listr } from 'listr2'
import pc from 'picocolors'
import { print } from '../../cli.ts'

/** Shows a start while it is under way: a live list in a terminal, one line per fact in a pipe, nothing for JSON. */
export type StartView = { progress(message: StartProgress): void; close(): void }

export function startView({ json }: { json: boolean }): StartView {
  if (json) return { progress() {}, close() {} }
  return process.stdout.isTTY ? liveView() : lineView()
}

function lineView(): StartView {
  return {
    progress(message) {
      const line = lineOf(message)
      if (line) print(line)
    },
    close() {},
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

function liveView(): StartView {
  const rows = new Map<ComponentName | 'console', { done(): void; note(text: string): void }>()
  const healthy = new Set<ComponentName>()
  let closed = false
  let failedPages: StartProgress | undefined
  const list = new Listr(
    (['console', ...componentNames] as const).map((name) => ({
      title: name,
      task: (_: unknown, task: { output: string; title: string }) =>
        new Promise<void>((resolve) => {
          rows.set(name, { done: resolve, note: (text) => (task.output = text) })
        }),
    })),
    {
      concurrent: true,
      exitOnError: false,
      rendererOptions: { collapseSubtasks: false },
      registerSignalListeners: false,
    },
  )
  const shown = list.run().catch(() => {})
  const afterwards = lineView()
  return {
    progress(message) {
      // Restarts long after the start are told as lines below the list.
      if (closed) return afterwards.progress(message)
      if (message.type === 'pages') {
        if (message.status === 'building') rows.get('console')?.note('building')
        else rows.get('console')?.done()
        if (message.status === 'failed') failedPages = message
        return
      }
      const row = rows.get(message.component)
      if (message.type === 'healthy') {
        healthy.add(message.component)
        row?.done()
      } else if (message.type === 'starting') row?.note('starting')
      else row?.note(`${firstLine(message.reason)}; starting it again`)
    },
    close() {
      if (closed) return
      closed = true
      for (const { done } of rows.values()) done()
      // Told when the list no longer overwrites what is written.
      void shown.then(() => failedPages && afterwards.progress(failedPages))
    },
  }
}
