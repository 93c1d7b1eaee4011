export type Foreign = {
  readonly name: string
  /** A call of its tool that runs a command, for a scenario. */
  shell(command: string): object
  /** Whether it asks before that. */
  readonly asks: boolean
}

export const agents: readonly Foreign[] = [
  {
    name: 'claude-code',
    shell: (command) => ({ tool: 'Bash', input: { command, description: 'Run it' } }),
    asks: true,
  },
  {
    name: 'opencode',
    shell: (command) => ({ tool: 'bash', input: { command, description: 'Run it' } }),
    // It asks where its own configuration says so.
    asks: false,
  },
  {
    name: 'codex',
    shell: (command) => ({ tool: 'exec_command', input: { cmd: command } }),
    asks: true,
  },
  {
    name: 'gemini',
    shell: (command) => ({ tool: 'run_shell_command', input: { command, description: 'Run it' } }),
    asks: true,
  },
]
