/** Text that has no place in the repository: somebody's machine, open promises, holes in the checks, keys. */
import { type Finding, lineAt, type SourceTree } from './rule.ts'

/** Each pattern is written so that it does not match its own source. */
const forbidden: readonly { pattern: RegExp; says: string; except?: RegExp }[] = [
  {
    pattern: /(?<![\w.@-])\/(?:work|farm|home|root|Users|tmp)\//g,
    says: 'a path of somebody’s machine: take a folder from mkdtemp, HOME or the configuration',
  },
  { pattern: /\bregistry\.[a-z]+[.]\w+|"resolved": "https?:/g, says: 'the address of a package registry' },
  {
    pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/g,
    says: 'an open promise: do it, or describe it in docs/known-issues.md',
  },
  {
    pattern: /@ts-(?:ignore|nocheck|expect-error)|(?:biome|oxlint|eslint)-(?:ignore|disable)/g,
    says: 'a hole in the checks',
  },
  {
    pattern: /\b(?:it|test|describe)\.(?:only|skip|todo)\b/g,
    says: 'a test that does not run',
    except: /\.md$/,
  },
  {
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\\?n?[\s\\n]*[A-Za-z0-9+/]{16}/g,
    says: 'a private key',
  },
]

export function checkForbiddenText(tree: SourceTree): Finding[] {
  return [...tree]
    .filter(([path]) => !own.has(path))
    .flatMap(([path, text]) =>
      forbidden.flatMap(({ pattern, says, except }) =>
        except?.test(path)
          ? []
          : [...text.matchAll(pattern)].map(match => ({
              level: 'error' as const,
              at: `${path}:${lineAt(text, match.index)}`,
              says: `"${match[0].slice(0, 40)}": ${says}`,
            })),
      ),
    )
}

/** The rule and its test speak of what they forbid. */
const own = new Set(['scripts/rules/forbidden-text.ts', 'scripts/rules/forbidden-text.test.ts'])
