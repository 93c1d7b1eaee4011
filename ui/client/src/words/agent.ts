import type { SessionView } from '@mosaic/contracts/agent-session'

/** Of runtimes that run one kind of thing, what people call it. */
const ofRuntime: Readonly<Record<string, string>> = { internal: 'mosaic', pty: 'terminal' }

/** Which agent thinks there: ours, or one of another maker by the name that it has where it is installed. */
export const agentWord = ({ agent, runtime, provider }: Pick<SessionView, 'agent' | 'runtime' | 'provider'>): string =>
  provider ? `${agent ?? runtime} at ${provider.name}` : (agent ?? ofRuntime[runtime] ?? runtime)
