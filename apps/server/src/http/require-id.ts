import { Problem } from '@fairlead/contract'
import { type Id, type IdKind, parseId } from '../platform/ids.ts'

const names: Readonly<Partial<Record<IdKind, string>>> = { link: 'delivery channel' }

/** The id behind its shown form. What is no id is as unknown as the id of another workspace: not-found. */
export function requireId<K extends IdKind>(kind: K, shown: string): Id<K> {
  const id = parseId(kind, shown)
  if (id === null) throw new Problem('not-found', { what: names[kind] ?? kind })
  return id
}
