import { Editor } from '@tiptap/core'
import { useEffect, useRef, useState } from 'react'
import { type BodyHandle, plainBody } from './body-handle.ts'
import { cleanPasted } from './clean-pasted.ts'
import { extensions, type PictureUrl, withPictures } from './extensions.ts'
import { readHtml } from './read-html.ts'
import { EditorToolbar } from './toolbar.tsx'

interface BodyEditorProps {
  /** What it is called for those who do not see it. */
  readonly label: string
  readonly body: { current: BodyHandle }
  readonly onChange: () => void
  /** Takes files beside the text; absent: it has none. */
  readonly onFiles?: (files: readonly File[]) => void
  readonly onPictures: (files: readonly File[]) => void
  readonly pictureUrl: PictureUrl
  /** What becomes of pictures in pasted html that bring their bytes along. */
  readonly keepsPasted?: 'parts' | 'data'
  /** Below the text, inside the same sheet. */
  readonly children?: React.ReactNode
}

/** A text as mail can carry it. Its state is the editor's own: nothing of this page is drawn anew while somebody types. */
export function BodyEditor(props: BodyEditorProps) {
  const { label, body, onChange, onFiles, onPictures, pictureUrl, keepsPasted = 'parts', children } = props
  const place = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<Editor | null>(null)
  const latest = useRef({ onChange, onPictures, pictureUrl })
  latest.current = { onChange, onPictures, pictureUrl }
  useEffect(() => {
    if (place.current === null) return
    const made = makeEditor({
      ...{ place: place.current, html: body.current.html(), label, keepsPasted },
      onChange: () => latest.current.onChange(),
      onPictures: files => latest.current.onPictures(files),
      pictureUrl: source => latest.current.pictureUrl(source),
    })
    body.current = handleOf(made)
    setEditor(made)
    return () => {
      body.current = plainBody(body.current.html())
      made.destroy()
    }
  }, [body, label, keepsPasted])
  return (
    <>
      <EditorToolbar {...{ editor, onPictures, ...(onFiles && { onFiles }) }} />
      <div className="ed">
        <div className="ed-in" ref={place} />
        {children}
      </div>
    </>
  )
}

interface EditorParts {
  readonly place: HTMLElement
  readonly html: string
  readonly label: string
  readonly keepsPasted: 'parts' | 'data'
  readonly onChange: () => void
  readonly onPictures: (files: readonly File[]) => void
  readonly pictureUrl: PictureUrl
}

const makeEditor = ({
  place,
  html,
  label,
  keepsPasted,
  onChange,
  onPictures,
  pictureUrl,
}: EditorParts): Editor =>
  new Editor({
    element: place,
    extensions: extensions(pictureUrl),
    content: readHtml(html),
    // The page's content policy allows no style element; editor.css has these rules.
    injectCSS: false,
    editorProps: {
      attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': label },
      transformPastedHTML: pasted => cleanPasted(pasted, keepsPasted),
      // Ctrl Enter sends, Ctrl Shift Enter schedules: the editor would keep every Enter to itself.
      handleDOMEvents: { keydown: (_, event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) },
      handlePaste: (_, { clipboardData }) => {
        const files = [...(clipboardData?.files ?? [])]
        // Word and browsers send a picture of the text along with the text.
        if (files.length === 0 || clipboardData?.types.includes('text/html')) return false
        onPictures(files)
        return true
      },
      // Files dropped here are taken by the page around it.
      handleDrop: (_, { dataTransfer }) => (dataTransfer?.files.length ?? 0) > 0,
    },
    onUpdate: onChange,
  })

const handleOf = (editor: Editor): BodyHandle => ({
  html: () => (editor.isEmpty ? '' : withPictures(editor.getHTML())),
  replace: html => void editor.commands.setContent(readHtml(html), { emitUpdate: false }),
  insertPicture: (source, alt) =>
    void editor.chain().focus().insertContent({ type: 'picture', attrs: { source, alt } }).run(),
  focus: () => void editor.commands.focus('start'),
})
