/** What a vendor's page shows of a JSON value: its type, a list of one type, or properties by name. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | readonly [Shape]
  | { readonly [property: string]: Shape }

/** A reply as the vendor documents it. */
export interface DocumentedReply {
  /** The page that shows it. */
  readonly source: string
  /** When it was read (ISO date). */
  readonly readOn: string
  readonly status: number
  /** Null: no body. */
  readonly shape: Shape | null
  /** Properties without which the page's sample would not be recognised; dots lead inside. */
  readonly always: readonly string[]
}

/** Where a value is not as documented, in words; none: it is. What is null may be anything. */
export function departures(value: unknown, shape: Shape, at = 'reply'): string[] {
  if (value === null) return []
  if (typeof shape === 'string')
    return typeof value === shape ? [] : [`${at} is ${typeof value}, not ${shape}`]
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is no list`]
    return value.flatMap((one, index) => departures(one, shape[0] as Shape, `${at}[${index}]`))
  }
  if (typeof value !== 'object' || Array.isArray(value)) return [`${at} is no object`]
  const known = shape as { readonly [property: string]: Shape }
  return Object.entries(value).flatMap(([name, inner]) => {
    const wanted = known[name]
    return wanted === undefined
      ? [`${at}.${name} is not documented`]
      : departures(inner, wanted, `${at}.${name}`)
  })
}

/** Which of these properties are missing. */
export function missing(value: unknown, always: readonly string[]): string[] {
  return always.filter(path => {
    const found = path
      .split('.')
      .reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value)
    return found === undefined
  })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
