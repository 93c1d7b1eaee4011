import type { ITheme } from '@xterm/xterm'

/** The page's colours as they are now, in light or dark, for a terminal that knows no style sheets. */
export function coloursOf(element: HTMLElement): ITheme {
  const probe = element.appendChild(document.createElement('span'))
  const of = (name: string) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const theme = {
    background: of('surface'),
    foreground: of('ink'),
    cursor: of('accent'),
    selectionBackground: of('line-strong'),
    black: of('ink'),
    brightBlack: of('faint'),
    white: of('muted'),
    brightWhite: of('ink'),
    ...bothOf('red', of('terminal-red')),
    ...bothOf('yellow', of('terminal-yellow')),
    ...bothOf('green', of('terminal-green')),
    ...bothOf('cyan', of('terminal-cyan')),
    ...bothOf('blue', of('terminal-blue')),
    ...bothOf('magenta', of('terminal-magenta')),
  }
  probe.remove()
  return theme
}

const bothOf = (name: string, colour: string) => ({
  [name]: colour,
  [`bright${name[0]!.toUpperCase()}${name.slice(1)}`]: colour,
})
