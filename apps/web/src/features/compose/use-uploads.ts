import type { DraftAttachment } from '@fairlead/contract'
import { useRef, useState } from 'react'
import { problemSentence } from '../../api/problem-sentence.ts'
import { randomKey } from './draft-content.ts'
import { uploadFile } from './upload-file.ts'

/** A file on its way, or one that did not get there. */
export interface PendingUpload {
  readonly key: string
  readonly file: File
  readonly isInline: boolean
  readonly share: number
  /** Why it is not attached; null while it runs. */
  readonly failure: string | null
  readonly canRetry: boolean
}

interface UploadParts {
  /** Saves the draft where it has no id yet. */
  readonly draftId: () => Promise<string>
  /** Why this file cannot go along, before anything is sent. */
  readonly refuse: (file: File) => string | null
  readonly onAttached: (attachment: DraftAttachment, upload: { file: File; isInline: boolean }) => void
}

/** Uploads files beside each other, two at a time on the wire as browsers do; each can be cancelled and tried again. */
export function useUploads({ draftId, refuse, onAttached }: UploadParts) {
  const [uploads, setUploads] = useState<readonly PendingUpload[]>([])
  const running = useRef(new Map<string, AbortController>())
  const change = (key: string, by: Partial<PendingUpload>) =>
    setUploads(all => all.map(each => (each.key === key ? { ...each, ...by } : each)))
  const drop = (key: string) => setUploads(all => all.filter(each => each.key !== key))

  const start = async ({ key, file, isInline }: Pick<PendingUpload, 'key' | 'file' | 'isInline'>) => {
    const abort = new AbortController()
    running.current.set(key, abort)
    try {
      const id = await draftId()
      const onProgress = (share: number) => change(key, { share })
      const made = await uploadFile({ ...{ draftId: id, file, isInline, onProgress }, signal: abort.signal })
      drop(key)
      onAttached(made, { file, isInline })
    } catch (error) {
      if (!abort.signal.aborted) change(key, { failure: problemSentence(error), canRetry: true })
    } finally {
      running.current.delete(key)
    }
  }
  const add = (files: readonly File[], isInline: boolean) => {
    const fresh = files.map(file => {
      const failure = refuse(file)
      return { key: randomKey(), file, isInline, share: 0, failure, canRetry: false }
    })
    setUploads(all => [...all, ...fresh])
    for (const upload of fresh) if (upload.failure === null) void start(upload)
  }
  const retry = (upload: PendingUpload) => {
    change(upload.key, { failure: null, share: 0 })
    void start(upload)
  }
  const cancel = (key: string) => {
    running.current.get(key)?.abort()
    drop(key)
  }
  return { uploads, add, retry, cancel }
}
