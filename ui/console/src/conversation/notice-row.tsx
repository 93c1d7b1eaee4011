import Circle from 'lucide-solid/icons/circle-small'
import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleHelp from 'lucide-solid/icons/circle-question-mark'
import GitCommit from 'lucide-solid/icons/git-commit-horizontal'
import OctagonX from 'lucide-solid/icons/octagon-x'
import { noticeOf, type NoticeTone } from '@mosaic/client'
import { Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { NoticeEntry } from '@mosaic/views'
import { EventLink } from './event-link.tsx'
import { MarkdownView } from './markdown-view.tsx'

const looks: Record<NoticeTone, { icon: typeof Circle; class: string }> = {
  plain: { icon: Circle, class: 'text-faint' },
  failed: { icon: OctagonX, class: 'text-failed' },
  waiting: { icon: CircleHelp, class: 'text-waiting' },
  commit: { icon: GitCommit, class: 'text-muted' },
  end: { icon: CircleCheck, class: 'text-ink' },
}

export function NoticeRow(props: { entry: NoticeEntry; onOpenEvent: ((position: string) => void) | undefined }) {
  const notice = () => noticeOf(props.entry.eventType, props.entry.data, props.entry.actorName)
  return (
    <div
      class={`group relative flex items-start gap-1.5 px-3 py-1 text-xs ${looks[notice().tone].class}`}
      data-notice={props.entry.eventType}
    >
      <Dynamic component={looks[notice().tone].icon} size={12} class="mt-0.5 shrink-0" />
      <div class="min-w-0 flex-1 break-words">
        <Show when={notice().code}>
          {(code) => (
            <code
              title={code()}
              class="mr-1.5 inline-block max-w-64 truncate rounded-xs bg-hover px-1 align-bottom font-mono text-muted"
            >
              {code()}
            </code>
          )}
        </Show>
        {notice().text}
        <Show when={notice().prose}>
          {(text) => (
            <div class="mt-1 text-sm">
              <MarkdownView text={text()} />
            </div>
          )}
        </Show>
      </div>
      <EventLink at={props.entry.occurredAt} position={props.entry.position} onOpen={props.onOpenEvent} />
    </div>
  )
}
