import { Trans, useLingui } from '@lingui/react/macro'
import type { Editor } from '@tiptap/core'
import { type FormEvent, useRef, useState, useSyncExternalStore } from 'react'
import { Button } from '../button.tsx'
import { Field, Input } from '../field.tsx'
import type { IconName } from '../icon-paths.ts'
import { Popover } from '../popover.tsx'

interface ToolbarProps {
  readonly editor: Editor | null
  readonly onFiles?: (files: readonly File[]) => void
  readonly onPictures: (files: readonly File[]) => void
}

const marks = ['bold', 'italic', 'underline', 'bulletList', 'orderedList', 'blockquote', 'link'] as const

/** What is on where the cursor stands, as one text, so that only a change of it draws the bar anew. */
function useActive(editor: Editor | null): string {
  return useSyncExternalStore(
    listener => {
      editor?.on('transaction', listener)
      return () => void editor?.off('transaction', listener)
    },
    () =>
      editor === null
        ? ''
        : [
            ...marks.filter(name => editor.isActive(name)),
            editor.can().undo() && 'undo',
            editor.can().redo() && 'redo',
          ].join(' '),
  )
}

export function EditorToolbar({ editor, onFiles, onPictures }: ToolbarProps) {
  const { t } = useLingui()
  const active = useActive(editor).split(' ')
  const run = (act: (chain: ReturnType<Editor['chain']>) => { run: () => boolean }) => () =>
    void (editor && act(editor.chain().focus()).run())
  const tool = (icon: IconName, label: string, name: string, act: Parameters<typeof run>[0]) => (
    <Button
      look="ghost"
      size="sm"
      icon={icon}
      label={label}
      aria-pressed={active.includes(name)}
      onClick={run(act)}
    />
  )
  return (
    <div className="ed-tb" role="toolbar" aria-label={t`Formatting`}>
      {tool('bold', t`Bold, Ctrl B`, 'bold', chain => chain.toggleBold())}
      {tool('italic', t`Italic, Ctrl I`, 'italic', chain => chain.toggleItalic())}
      {tool('underline', t`Underline, Ctrl U`, 'underline', chain => chain.toggleUnderline())}
      <span className="sep" />
      {tool('list', t`Bulleted list`, 'bulletList', chain => chain.toggleBulletList())}
      {tool('numbered-list', t`Numbered list`, 'orderedList', chain => chain.toggleOrderedList())}
      {tool('quote', t`Quote`, 'blockquote', chain => chain.toggleBlockquote())}
      <LinkTool editor={editor} isActive={active.includes('link')} />
      <FileTool icon="image" label={t`Picture in the text`} accept="image/*" onChosen={onPictures} />
      {onFiles && <FileTool icon="attach" label={t`Attach files`} onChosen={onFiles} />}
      <span className="sep" />
      <Button
        {...{ look: 'ghost', size: 'sm', icon: 'bounced', label: t`Undo, Ctrl Z` }}
        onClick={run(chain => chain.undo())}
      />
    </div>
  )
}

interface FileToolProps {
  readonly icon: IconName
  readonly label: string
  readonly accept?: string
  readonly onChosen: (files: readonly File[]) => void
}

function FileTool({ icon, label, accept, onChosen }: FileToolProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button look="ghost" size="sm" icon={icon} label={label} onClick={() => input.current?.click()} />
      <input
        {...{ ref: input, type: 'file', multiple: true, accept, hidden: true, 'aria-label': label }}
        onChange={({ currentTarget }) => {
          onChosen([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
    </>
  )
}

/** A link without a scheme is one of the web, or a mail address. */
const hrefOf = (text: string): string => {
  if (/^(https?|mailto|tel):/i.test(text)) return text
  return /^[^/\s]+@[^/\s]+$/.test(text) ? `mailto:${text}` : `https://${text}`
}

function LinkTool({ editor, isActive }: { readonly editor: Editor | null; readonly isActive: boolean }) {
  const { t } = useLingui()
  const [isOpen, setIsOpen] = useState(false)
  const close = () => {
    setIsOpen(false)
    editor?.commands.focus()
  }
  const set = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    event.stopPropagation()
    const text = String(new FormData(event.currentTarget).get('href') ?? '').trim()
    const chain = editor?.chain().focus().extendMarkRange('link')
    if (text === '') chain?.unsetLink().run()
    else if (editor?.state.selection.empty && !isActive) {
      chain
        ?.insertContent({ type: 'text', text, marks: [{ type: 'link', attrs: { href: hrefOf(text) } }] })
        .run()
    } else chain?.setLink({ href: hrefOf(text) }).run()
    close()
  }
  const trigger = <Button look="ghost" size="sm" icon="link" label={t`Link`} aria-pressed={isActive} />
  return (
    <Popover trigger={trigger} label={t`Link`} isOpen={isOpen} onOpenChange={setIsOpen}>
      <form className="col w-80 max-w-full gap-2 p-2" onSubmit={set} noValidate>
        <Field label={t`Address of the link`}>
          <Input
            name="href"
            defaultValue={String(editor?.getAttributes('link').href ?? '')}
            autoComplete="off"
          />
        </Field>
        <span className="row">
          {isActive && (
            <Button
              size="sm"
              onClick={() => {
                editor?.chain().focus().extendMarkRange('link').unsetLink().run()
                close()
              }}
            >
              <Trans>Remove link</Trans>
            </Button>
          )}
          <Button type="submit" size="sm" look="primary" className="push">
            <Trans>Set link</Trans>
          </Button>
        </span>
      </form>
    </Popover>
  )
}
