import { limits } from '@fairlead/contract'
import { useLingui } from '@lingui/react/macro'
import { type DragEvent, useState } from 'react'
import type { BodyHandle } from '../../ui/editor/body-handle.ts'

const pictureTypes = /^image\/(png|jpeg|gif|webp)$/

/** Pictures that are pasted, dropped or chosen for a signature: into its text, or refused in words. */
export function useSignaturePictures(body: { readonly current: BodyHandle }) {
  const { t } = useLingui()
  const [problem, setProblem] = useState<string | null>(null)
  const refuse = ({ name, type, size }: File): string | null => {
    if (!pictureTypes.test(type)) return t`${name} is no PNG, JPEG, GIF or WebP picture.`
    const limit = Math.floor(limits.signatureBytes / 1_000)
    if (size <= limits.signatureBytes) return null
    const kilobytes = Math.ceil(size / 1_000)
    return t`${name} is too large: it has ${kilobytes} kB, and a signature with its pictures at most ${limit} kB.`
  }
  const addOne = async (file: File): Promise<void> => {
    const refused = refuse(file)
    setProblem(refused)
    if (refused !== null) return
    const source = await readAsDataUrl(file).catch(() => null)
    if (source === null) setProblem(t`${file.name} could not be read.`)
    else body.current.insertPicture(source, file.name.replace(/\.\w+$/, ''))
  }
  const add = (files: readonly File[]): void => {
    for (const file of files) void addOne(file)
  }
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes('Files')) event.preventDefault()
    },
    onDrop: (event: DragEvent) => {
      if (event.dataTransfer.files.length === 0) return
      event.preventDefault()
      add([...event.dataTransfer.files])
    },
  }
  return { problem, add, drop }
}

function readAsDataUrl(file: File): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const reader = new FileReader()
  reader.addEventListener('load', () => resolve(String(reader.result)))
  reader.addEventListener('error', () => reject(reader.error))
  reader.readAsDataURL(file)
  return promise
}
