import type { JSX } from 'solid-js'

/** One line below the header. What has failed is announced at once. */
export function Banner(props: { tone: 'failed' | 'waiting'; icon: JSX.Element; title: string; children: JSX.Element }) {
  return (
    <div
      role={props.tone === 'failed' ? 'alert' : 'status'}
      class={`flex min-h-8 items-center gap-x-2 border-b border-line px-3 py-1 ${props.tone === 'failed' ? 'bg-failed/12' : 'bg-waiting-soft'}`}
    >
      <span class={props.tone === 'failed' ? 'text-failed' : 'text-waiting'}>{props.icon}</span>
      <span class="flex min-w-0 flex-1 items-center gap-x-2 max-md:flex-wrap">
        <span class="shrink-0 font-medium">{props.title}</span>
        <span class="flex min-w-0 flex-1 items-center gap-2 text-muted max-md:basis-full">{props.children}</span>
      </span>
    </div>
  )
}
