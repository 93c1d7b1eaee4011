import { createMemo, Index } from 'solid-js'
import { blocksOf, htmlOf } from './markdown.ts'

/** Markdown that may still be growing: a block that did not change is not drawn again. */
export function MarkdownView(props: { text: string; streaming?: boolean }) {
  const blocks = createMemo(() => blocksOf(props.text))
  return (
    <div class="prose" classList={{ caret: props.streaming && blocks().length === 0 }}>
      <Index each={blocks()}>
        {(block, index) => {
          const html = createMemo(() => block(), undefined, { equals: (a, b) => a.raw === b.raw && a.type === b.type })
          const last = () => props.streaming && index === blocks().length - 1
          return <div classList={{ 'caret-last': last() }} innerHTML={htmlOf(html())} />
        }}
      </Index>
    </div>
  )
}
