/** The generated parts of the documents say what the code says now. */
import { blocks, documents, fillMarkers } from '../generate-docs.ts'
import type { Finding, SourceTree } from './rule.ts'

export function checkGeneratedDocs(tree: SourceTree): Finding[] {
  return documents.flatMap(document => {
    const text = tree.get(document) ?? ''
    if (fillMarkers(text, blocks) === text) return []
    return [{ level: 'error' as const, at: document, says: 'out of date: run npm run docs' }]
  })
}
