import { expect, test } from 'vitest'
import { GroupCommit } from './group-commit.ts'

test('what arrives while a commit is under way goes into the next one together', async () => {
  const groups: number[][] = []
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const commits = new GroupCommit<number, number>({
    most: 10,
    commit: async items => {
      const gate = gates[groups.length]
      groups.push([...items])
      await gate?.promise
      return items.map(item => item * 2)
    },
  })
  const first = commits.submit(1)
  await new Promise(resolve => setImmediate(resolve))
  const later = [commits.submit(2), commits.submit(3)]
  gates[0]?.resolve()
  expect(await first).toBe(2)
  gates[1]?.resolve()
  expect(await Promise.all(later)).toEqual([4, 6])
  expect(groups).toEqual([[1], [2, 3]])
})

test('a group is never larger than allowed', async () => {
  const sizes: number[] = []
  const commits = new GroupCommit<number, null>({
    most: 3,
    commit: async items => {
      sizes.push(items.length)
      return items.map(() => null)
    },
  })
  await Promise.all([1, 2, 3, 4, 5, 6, 7].map(item => commits.submit(item)))
  expect(sizes).toEqual([3, 3, 1])
})

test('a failing commit rejects its own group and not the next', async () => {
  let calls = 0
  const commits = new GroupCommit<number, null>({
    most: 1,
    commit: async items => {
      calls += 1
      if (calls === 1) throw new Error('no disk')
      return items.map(() => null)
    },
  })
  const [lost, kept] = await Promise.allSettled([commits.submit(1), commits.submit(2)])
  expect(lost).toMatchObject({ status: 'rejected' })
  expect(kept).toMatchObject({ status: 'fulfilled' })
})
