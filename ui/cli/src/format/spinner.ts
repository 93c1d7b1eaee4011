import pc from 'picocolors'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Says on stderr what is being waited for, while it lasts and only where a person sees it. */
export async function showing<T>(what: string, work: Promise<T>): Promise<T> {
  const { stderr } = process
  if (!stderr.isTTY) return work
  let at = 0
  const draw = () => stderr.write(`\r${pc.cyan(frames[at++ % frames.length]!)} ${what}`)
  const timer = setInterval(draw, 80)
  try {
    return await work
  } finally {
    clearInterval(timer)
    stderr.write('\r\u001B[2K')
  }
}
