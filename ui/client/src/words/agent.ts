import type { SessionView } from '@mosaic/contracts/agent-session'

/** Which agent thinks there: ours, or one of another maker by the name that it has where it is installed. */
export const agentWord = ({ agent, runtime }: Pick<SessionView, 'agent' | 'runtime'>): string =>
  agent ?? (runtime === 'internal' ? 'mosaic' : runtime)
