import { useLingui } from '@lingui/react/macro'
import { Editor } from '@tiptap/core'
import { useEffect, useRef, useState } from 'react'
import { type BodyHandle, plainBody } from './body-handle.ts'
import { cleanPasted } from './clean-pasted.ts'
import { extensions, type PictureUrl, withPictures } from './editor-extensions.ts'
import { EditorToolbar } from './editor-toolbar.tsx'
import { readHtml } from './read-html.ts'

interface BodyEditorProps {
  readonly body: { current: BodyHandle }
  readonly onChange: () => void
  readonly onFiles: (files: readonly File[]) => void
  readonly onPictures: (files: readonly File[]) => void
  readonly pictureUrl: PictureUrl
  /** Below the text, inside the same sheet. */
  readonly children: React.ReactNode
}

/** The text of the email. Its state is the editor's own: nothing of this page is drawn anew while somebody types. */
export function BodyEditor({ body, onChange, onFiles, onPictures, pictureUrl, children }: BodyEditorProps) {
  const { t } = useLingui()
  const place = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<Editor | null>(null)
  const latest = useRef({ onChange, onPictures, pictureUrl })
  latest.current = { onChange, onPictures, pictureUrl }
  const label = t`Message`
  useEffect(() => {
    if (place.current === null) return
    const made = makeEditor({
      ...{ place: place.current, html: body.current.html(), label },
      onChange: () => latest.current.onChange(),
      onPictures: files => latest.current.onPictures(files),
      pictureUrl: contentId => latest.current.pictureUrl(contentId),
    })
    body.current = handleOf(made)
    setEditor(made)
    return () => {
      body.current = plainBody(body.current.html())
      made.destroy()
    }
  }, [body, label])
  return (
    <>
      <EditorToolbar editor={editor} onFiles={onFiles} onPictures={onPictures} />
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
  readonly onChange: () => void
  readonly onPictures: (files: readonly File[]) => void
  readonly pictureUrl: PictureUrl
}

const makeEditor = ({ place, html, label, onChange, onPictures, pictureUrl }: EditorParts): Editor =>
  new Editor({
    element: place,
    extensions: extensions(pictureUrl),
    content: readHtml(html),
    // The page's content policy allows no style element; editor.css has these rules.
    injectCSS: false,
    editorProps: {
      attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': label },
      transformPastedHTML: cleanPasted,
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
  insertPicture: (contentId, alt) =>
    void editor.chain().focus().insertContent({ type: 'picture', attrs: { contentId, alt } }).run(),
  focus: () => void editor.commands.focus('start'),
})
