import '@xterm/xterm/css/xterm.css'
import { type SessionView, terminalSize, type Typist } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { TerminalFrame } from '@mosaic/contracts/messaging'
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import { createEffect, createSignal, on, onCleanup, onMount, Show } from 'solid-js'
import { releaseTerminal, takeTerminal } from '../actions/commands.ts'
import { useMosaic } from '../app-context.ts'
import { gateway } from '../gateway.ts'
import { Button } from '../ui/button.tsx'
import { theme } from '../ui/theme.ts'
import { coloursOf } from './colours.ts'
import { answersNothing, linksLeadNowhere, repeatsWithinReason } from './harmless.ts'
import { createTyping } from './typing.ts'

const resizesAfterMs = 200

/** A session's terminal: whoever has taken control types in it, everybody else watches. */
export default function TerminalView(props: { session: SessionView }) {
  const { live, may, operator } = useMosaic()
  const { sessionId } = props.session
  let place!: HTMLDivElement
  let leaveButton: HTMLButtonElement | undefined
  const [controller, setController] = createSignal<Typist | null>(null)
  const [state, setState] = createSignal<'awaited' | 'shown' | 'ended'>('awaited')
  const [problem, setProblem] = createSignal('')
  const mine = () => state() === 'shown' && controller()?.operatorId === operator.operatorId
  const type = createTyping(sessionId)

  onMount(() => {
    const terminal = new Terminal({
      cols: 100,
      rows: 30,
      scrollback: 1000,
      disableStdin: true,
      fontFamily: 'JetBrains Mono Variable, monospace',
      fontSize: 12,
      linkHandler: linksLeadNowhere,
      logLevel: 'off',
    })
    const fit = new FitAddon()
    terminal.loadAddon(fit)
    answersNothing(terminal)
    repeatsWithinReason(terminal)
    terminal.open(place)
    terminal.textarea?.setAttribute('aria-label', `Terminal of ${props.session.name}`)
    terminal.attachCustomKeyEventHandler((event) => ownKey(event, terminal, () => leaveButton?.focus()))
    terminal.onData((text) => mine() && type(text))

    const unsubscribe = live.subscribe(
      { kind: 'terminal', sessionId },
      {
        event: () => undefined,
        terminal: (frame) => show(terminal, frame, { setController, setState }),
        problem: ({ detail, title }) => setProblem(detail ?? title),
      },
    )
    createEffect(() => {
      terminal.options.disableStdin = !mine()
      terminal.options.cursorBlink = mine()
    })
    createEffect(
      on(mine, (now) => {
        if (!now) return
        fitSoon()
        terminal.focus()
      }),
    )
    let timer: ReturnType<typeof setTimeout> | undefined
    const fitSoon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const wanted = fit.proposeDimensions()
        const size = terminalSize.safeParse(wanted && { columns: wanted.cols, rows: wanted.rows })
        if (!mine() || !size.success) return
        if (size.data.columns === terminal.cols && size.data.rows === terminal.rows) return
        gateway
          .call(gatewayRoutes.resizeTerminal, { params: { id: sessionId }, body: size.data })
          .catch(() => undefined)
      }, resizesAfterMs)
    }
    const observer = new ResizeObserver(fitSoon)
    observer.observe(place)
    const recolour = () => (terminal.options.theme = coloursOf(place))
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', recolour)
    createEffect(on(theme, () => queueMicrotask(recolour)))
    onCleanup(() => {
      unsubscribe()
      clearTimeout(timer)
      observer.disconnect()
      dark.removeEventListener('change', recolour)
      terminal.dispose()
    })
  })

  return (
    <section aria-label="Terminal" class="flex min-h-0 flex-[2] flex-col border-b border-line">
      <div class="flex min-h-9 flex-wrap items-center gap-2 border-b border-line px-3 py-1 text-xs text-muted">
        <p role="status" class="min-w-0 flex-1 truncate">
          {wordsOf({ problem: problem(), state: state(), mine: mine(), controller: controller() })}
        </p>
        <Show when={mine()}>
          <span class="text-faint">
            <kbd>Ctrl+Shift+Esc</kbd> leaves the terminal
          </span>
          <Button
            ref={(element) => (leaveButton = element)}
            size="sm"
            onClick={() => void releaseTerminal(props.session)}
          >
            Give up control
          </Button>
        </Show>
        <Show when={state() === 'shown' && !mine() && may(gatewayRoutes.takeTerminal)}>
          <Button size="sm" variant="primary" onClick={() => void takeTerminal(props.session)}>
            {controller() ? `Take control from ${controller()?.operatorName}` : 'Take control'}
          </Button>
        </Show>
      </div>
      <div class="min-h-0 flex-1 overflow-auto p-2" classList={{ 'opacity-60': state() !== 'shown' }}>
        <div ref={(element) => (place = element)} data-terminal class="h-full" />
      </div>
    </section>
  )
}

type Shown = {
  readonly problem: string
  readonly state: 'awaited' | 'shown' | 'ended'
  readonly mine: boolean
  readonly controller: Typist | null
}

function wordsOf({ problem, state, mine, controller }: Shown): string {
  if (problem !== '') return problem
  if (state === 'awaited') return 'The terminal is being opened…'
  if (state === 'ended') return 'The terminal is closed.'
  if (mine) return 'You type in this terminal.'
  return controller
    ? `${controller.operatorName} types in this terminal; you watch.`
    : 'Nobody types in this terminal; you watch.'
}

type Take = {
  setController(controller: Typist | null): void
  setState(state: 'shown' | 'ended'): void
}

function show(terminal: Terminal, frame: TerminalFrame, { setController, setState }: Take): void {
  switch (frame.kind) {
    case 'screen':
      terminal.reset()
      terminal.resize(frame.columns, frame.rows)
      terminal.write(frame.text)
      setController(frame.controller)
      return setState('shown')
    case 'output':
      return terminal.write(frame.text)
    case 'size':
      return terminal.resize(frame.columns, frame.rows)
    case 'control':
      return setController(frame.controller)
    case 'ended':
      return setState('ended')
  }
}

/** Keys that are the page's: all others go to the terminal, also Tab, so that there has to be one by which it is left. */
function ownKey(event: KeyboardEvent, terminal: Terminal, leave: () => void): boolean {
  const { ctrlKey, shiftKey, code, type } = event
  if (!ctrlKey || !shiftKey) return true
  if (code === 'Escape') {
    if (type === 'keydown') leave()
    event.preventDefault()
    return false
  }
  if (code === 'KeyC' && terminal.hasSelection()) {
    if (type === 'keydown') void navigator.clipboard.writeText(terminal.getSelection())
    event.preventDefault()
    return false
  }
  // The browser pastes, which the terminal hears of by itself.
  return code !== 'KeyV'
}
