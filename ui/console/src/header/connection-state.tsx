import { useMosaic } from '../app-context.ts'

const words = { connecting: 'Connecting', open: 'Live', lost: 'Disconnected' } as const

export function ConnectionState() {
  const { connection } = useMosaic()
  return (
    <span
      role="status"
      aria-label={`Connection: ${words[connection()]}`}
      class="mr-1 inline-flex items-center gap-1.5 text-xs text-faint"
    >
      <svg
        viewBox="0 0 12 12"
        class="size-2.5"
        aria-hidden="true"
        classList={{ 'text-failed': connection() === 'lost' }}
      >
        <circle
          cx="6"
          cy="6"
          r="3.5"
          fill={connection() === 'open' ? 'currentColor' : 'none'}
          stroke="currentColor"
          stroke-width="1.6"
        />
      </svg>
      <span class="max-md:hidden" classList={{ 'text-failed': connection() === 'lost' }}>
        {words[connection()]}
      </span>
    </span>
  )
}
