import type { DraftAttachment } from '@fairlead/contract'
import { useLingui } from '@lingui/react/macro'
import { type DragEvent, useState } from 'react'
import { api } from '../../api/client.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { toast } from '../../ui/toast.tsx'
import type { useDraft } from './use-draft.ts'
import { useUploads } from './use-uploads.ts'

// Base64 makes 78 octets on the wire of 57.
const onTheWire = (bytes: number): number => Math.ceil((bytes * 78) / 57)
const megabyte = 1_000_000
const pictureTypes = /^image\/(png|jpeg|gif|webp)$/

/** Files that go with the email: chosen, dropped or pasted. `limitBytes`: what the delivery channel carries. */
export function useFiles(draft: ReturnType<typeof useDraft>, limitBytes: number | undefined) {
  const { t } = useLingui()
  const { attachments, keeper, body } = draft
  const [isOver, setIsOver] = useState(false)
  const refuse = (file: File): string | null => {
    const used = attachments.reduce((sum, { bytes }) => sum + onTheWire(bytes), 0)
    if (limitBytes === undefined || used + onTheWire(file.size) <= limitBytes) return null
    const size = Math.ceil((used + onTheWire(file.size)) / megabyte)
    const limit = Math.floor(limitBytes / megabyte)
    return t`is too large: with it the email would have about ${size} MB, and this delivery channel carries at most ${limit} MB. Attach less, or send a link to the file.`
  }
  const onAttached = (made: DraftAttachment, { file, isInline }: { file: File; isInline: boolean }) => {
    draft.attached(made)
    if (isInline && made.contentId !== null) body.current.insertPicture(`cid:${made.contentId}`, file.name)
  }
  const draftId = async (): Promise<string> => {
    const known = keeper.known()
    if (known !== null) return known.id
    keeper.changed()
    return (await keeper.flush()).id
  }
  const uploads = useUploads({ draftId, refuse, onAttached })
  const remove = async (attachmentId: string) => {
    const known = keeper.known()
    if (known === null) return
    try {
      await api.attachments.remove({ id: known.id, attachmentId })
      draft.detached(attachmentId)
    } catch (error) {
      toast({ text: problemSentence(error) })
    }
  }
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      setIsOver(true)
    },
    onDragLeave: (event: DragEvent) => {
      if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget))
        setIsOver(false)
    },
    onDrop: (event: DragEvent) => {
      setIsOver(false)
      if (event.dataTransfer.files.length === 0) return
      event.preventDefault()
      uploads.add([...event.dataTransfer.files], false)
    },
  }
  return {
    ...uploads,
    ...{ drop, isOver },
    remove: (id: string) => void remove(id),
    isRunning: uploads.uploads.some(({ failure }) => failure === null),
    /** Pictures go into the text, other files beside it. */
    addPasted(files: readonly File[]) {
      for (const file of files) uploads.add([file], pictureTypes.test(file.type))
    },
  }
}
