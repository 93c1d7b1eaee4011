import { isTooOften, repeatedFunctions } from '@mosaic/contracts/agent-session'
import type { ILinkHandler, Terminal } from '@xterm/xterm'

/** Links that programs write lead nowhere: what is below them is theirs to say, and what they show may be another. */
export const linksLeadNowhere: ILinkHandler = { activate: () => undefined }

/**
 * Programs ask what terminal this is, where its cursor is and what colours it has. The terminal that the session has answers
 * that once; each page that shows it would again, as if a person had typed it.
 */
export function answersNothing({ parser }: Terminal): void {
  const silent = () => true
  for (const prefix of ['', '>', '='])
    parser.registerCsiHandler(prefix === '' ? { final: 'c' } : { prefix, final: 'c' }, silent)
  for (const prefix of ['', '?'])
    parser.registerCsiHandler(prefix === '' ? { final: 'n' } : { prefix, final: 'n' }, silent)
  parser.registerCsiHandler({ final: 't' }, silent)
  for (const prefix of ['', '?']) {
    const id = { intermediates: '$', final: 'p' }
    parser.registerCsiHandler(prefix === '' ? id : { prefix, ...id }, silent)
  }
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, silent)
  for (const colours of [4, 10, 11, 12]) parser.registerOscHandler(colours, silent)
}

/** Nor does it stand still for a program that wants something done two thousand million times. */
export function repeatsWithinReason(terminal: Terminal): void {
  for (const id of repeatedFunctions) {
    const size = () => ({ columns: terminal.cols, rows: terminal.rows })
    terminal.parser.registerCsiHandler(id, (parameters) => isTooOften(parameters, size()))
  }
}
