/**
 * Shapes in which notices put a recipient on a line. Each looks at one line, is anchored, and excludes `@`
 * from what may follow an `@`, so that no line makes it slow.
 */

const address = String.raw`(?<address>(?:"[^"<>]{1,200}"|[^\s<>@"',;:()[\]|\u3000-\u303f\uff00-\uff20]{1,200})@[^\s<>@"',;:()|\u3000-\u303f\uff00-\uff20]{1,255})`
/** Inside angle brackets more is allowed: source routes, plus signs, slashes. */
const inBrackets = String.raw`(?<address>(?:@[^\s<>@:]{1,255}:)?(?:"[^"<>]{1,200}"|[^\s<>@"]{1,200})@[^\s<>@]{1,255})`

const line = (source: string): RegExp => new RegExp(source, 'i')

/** `<a@b>: reason` */
export const bracketColon = line(String.raw`^\s*<${inBrackets}>\s*:\s*(?<rest>.*)$`)
/** `<a@b> (expanded from <c@d>): reason`; the line may end anywhere after `from` */
export const bracketExpanded = line(
  String.raw`^\s*<${inBrackets}>\s*\(expanded from:?(?:\s*<?(?<original>[^\s<>@()]{1,200}@[^\s<>@()]{1,255})>?\)\s*:)?\s*(?<rest>.*)$`,
)
/** `<a@b> reason` */
export const bracketThen = line(String.raw`^\s*<${inBrackets}>\s*(?<rest>.*)$`)
/** `a@b` alone, perhaps with a bullet, brackets or a colon */
export const aloneOnLine = line(String.raw`^[\s*>•-]{0,20}<?${address}>?\s*:?\s*$`)
/** `a@b: reason` */
export const bareColon = line(String.raw`^\s*${address}\s*:\s*(?<rest>\S.*)$`)
/** `a@b reason` */
export const bareThen = line(String.raw`^\s*${address}\s+(?<rest>\S.*)$`)
/** `"a@b"` or `'a@b'`, perhaps followed by more */
export const quoted = line(String.raw`^\s*["']${address}["']\s*:?\s*(?<rest>.*)$`)

/** `label a@b reason`, the label given as the source of a pattern; brackets and quotes are taken off. */
export const labelled = (label: string): RegExp =>
  line(String.raw`^\s*(?:${label})\s*[<"']?${address}[>"']?[:,.]?\s*(?<rest>.*)$`)
