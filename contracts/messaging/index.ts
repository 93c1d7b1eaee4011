export { contractsText } from './contracts-text.ts'
export { definitions, type MosaicEvent } from './definitions.ts'
export { liveFrame, type LiveFrame } from './live.ts'
export {
  terminalAnswer,
  type TerminalAnswer,
  terminalAsk,
  type TerminalAsk,
  terminalFrame,
  type TerminalFrame,
  type TerminalScreen,
} from './terminal.ts'
export { headers, stream, subjects } from './subjects.ts'
