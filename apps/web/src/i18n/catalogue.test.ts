import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '..')
/** The gallery is for those who build this app; its words reach nobody else. */
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  name => name.endsWith('.tsx') && !name.startsWith('gallery'),
)
const macros = ['Trans', 'Plural', 'Select', 'SelectOrdinal']
/** Attributes that somebody reads or hears. */
const spoken = ['title', 'label', 'placeholder', 'alt', 'hint', 'error', 'aria-label', 'aria-description']

test('every text on a page comes from the catalogue', () => {
  expect(files.length).toBeGreaterThan(20)
  expect(files.flatMap(name => rawTexts(name, readFileSync(join(source, name), 'utf8')))).toEqual([])
})

test('a raw text is found wherever it stands', () => {
  const code = '<p title="Raw"><Trans>Fine</Trans> Bare {"Quoted"} <b translate="no">Fairlead</b></p>'
  expect(rawTexts('a.tsx', `const a = ${code}`)).toEqual(['a.tsx: Raw', 'a.tsx: Bare', 'a.tsx: Quoted'])
})

type Node = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** `file: text` for each text of JSX that no macro of Lingui turns into an entry of the catalogue. */
function rawTexts(name: string, code: string): string[] {
  const texts = textsIn(parseSync(name, code).program as unknown as Node)
  return texts.filter(text => /\p{L}{2}/u.test(text)).map(text => `${name}: ${text.trim()}`)
}

function textsIn(node: Node): string[] {
  if (node.type === 'JSXElement' && isExempt(node.openingElement as Node)) return []
  const inside = Object.values(node).flat().filter(isNode).flatMap(textsIn)
  return [...ownTexts(node), ...inside]
}

function ownTexts(node: Node): string[] {
  if (node.type === 'JSXText') return [String(node.value).replace(/&\w+;/g, '')]
  if (node.type === 'JSXExpressionContainer') return literal(node.expression)
  if (node.type !== 'JSXAttribute') return []
  return spoken.includes(String((node.name as Node).name)) ? literal(node.value) : []
}

const literal = (value: unknown): string[] =>
  isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? [value.value] : []

/** A macro's own element, or one that says its words are the same in every language. */
const isExempt = ({ name, attributes }: Node): boolean =>
  macros.includes(String((name as Node).name)) || JSON.stringify(attributes).includes('"name":"translate"')
