import { expect, test } from 'vitest'
import { checkCycles } from './cycles.ts'

const cycles = (files: Record<string, string>) => checkCycles(new Map(Object.entries(files))).map(f => f.says)

test('a line of imports and two ways to one file are no cycle', () => {
  const files = {
    'a.ts': "import './b.ts'\nimport './c.ts'",
    'b.ts': "import './d.ts'",
    'c.ts': "import './d.ts'",
    'd.ts': '',
  }
  expect(cycles(files)).toEqual([])
})

test('a cycle is told once, with the way round', () => {
  const files = { 'a.ts': "import './b.ts'", 'b.ts': "import './c.ts'", 'c.ts': "import './a.ts'" }
  expect(cycles(files)).toEqual(['import cycle: a.ts → b.ts → c.ts → a.ts'])
})

test('a cycle of types alone is a cycle', () => {
  const files = {
    'a.ts': "import type { B } from './b.ts'",
    'b.ts': "export interface B {\n  a: import('./a.ts').A\n}",
  }
  expect(cycles(files)).toHaveLength(1)
})

test('two knots are two findings, and a file that leads into one is innocent', () => {
  const files = {
    'a.ts': "import './b.ts'",
    'b.ts': "import './c.ts'",
    'c.ts': "import './b.ts'",
    'd.ts': "import './d.ts'",
  }
  expect(cycles(files)).toEqual(['import cycle: b.ts → c.ts → b.ts', 'import cycle: d.ts → d.ts'])
})
