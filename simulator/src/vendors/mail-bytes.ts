import { headerEnd } from '../received/read-head.ts'

/** A header field as it stands, folded; the name in its own case. */
export interface RawField {
  readonly name: string
  readonly text: string
}

/** The fields of a message's header, and its body with the empty line before it. */
export function splitMail(raw: Buffer): { fields: RawField[]; rest: Buffer } {
  const end = headerEnd(raw)
  const head = raw.subarray(0, end).toString('utf8')
  const fields = (head.match(/[^\r\n]+(?:\r?\n[ \t][^\r\n]*)*/g) ?? []).map(text => ({
    name: text.slice(0, Math.max(0, text.indexOf(':'))),
    text,
  }))
  return { fields, rest: raw.subarray(end) }
}

export function joinMail(fields: readonly RawField[], rest: Buffer): Buffer {
  return Buffer.concat([Buffer.from(fields.map(({ text }) => `${text}\r\n`).join('')), rest])
}

const isNamed = (field: RawField, name: string): boolean => field.name.toLowerCase() === name

/** The unfolded value of the first field with this lower-case name; empty without one. */
export function fieldValue(fields: readonly RawField[], name: string): string {
  const field = fields.find(one => isNamed(one, name))
  return field ? unfold(field) : ''
}

export function unfold({ name, text }: RawField): string {
  return text
    .slice(name.length + 1)
    .replace(/\r?\n[ \t]/g, ' ')
    .trim()
}

/** The fields with one of them replaced, or added at the end. */
export function withField(fields: readonly RawField[], name: string, value: string): RawField[] {
  const made = { name, text: `${name}: ${value}` }
  const at = fields.findIndex(field => isNamed(field, name.toLowerCase()))
  return at < 0 ? [...fields, made] : fields.map((field, index) => (index === at ? made : field))
}

export function withoutField(fields: readonly RawField[], name: string): RawField[] {
  return fields.filter(field => !isNamed(field, name))
}

/** Ids in angle brackets, without them. */
export function idsIn(value: string): string[] {
  return (value.match(/<[^<>\s]+>/g) ?? []).map(id => id.slice(1, -1))
}
