import type { MessageDescriptor } from '@lingui/core'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Button } from '../../ui/button.tsx'
import { Search } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { Menu, MenuRadios } from '../../ui/menu.tsx'
import { useChannelNames } from './channel-names.ts'
import { filterCount, type ListFilter, listChoices } from './list-search.ts'
import { reasonGroupTitles, stateTitles } from './reason-titles.ts'

const typingMs = 250

interface ToolsProps {
  readonly filter: ListFilter
  readonly onChange: (filter: ListFilter) => void
  readonly searchBox: RefObject<HTMLInputElement | null>
}

/** Search and filters; they stand in the page's address. */
export function Tools({ filter, onChange, searchBox }: ToolsProps) {
  const { t } = useMacro()
  const { _ } = useLingui()
  const channels = useChannelKinds()
  const identities = useIdentityChoices()
  const set = <Name extends keyof ListFilter>(name: Name, value: string | undefined) => {
    const { [name]: _before, ...rest } = filter
    const next = name === 'days' && value !== undefined ? Number(value) : value
    onChange(value === undefined ? rest : { ...rest, [name]: next })
  }
  const titled = <Value extends string>(values: readonly Value[], titles: Record<Value, MessageDescriptor>) =>
    values.map(value => ({ value, label: _(titles[value]) }))
  return (
    <div className="tools">
      <SearchBox {...{ filter, searchBox }} onSearch={q => set('q', q || undefined)} />
      <Filter
        icon="filter"
        label={t`Reason`}
        value={filter.reason}
        options={titled(listChoices.reasonGroups, reasonGroupTitles)}
        onChange={value => set('reason', value)}
      />
      <Filter
        label={t`Status`}
        value={filter.state}
        options={titled(listChoices.states, stateTitles)}
        onChange={value => set('state', value)}
      />
      {channels.length > 1 && (
        <Filter
          label={t`Channel`}
          value={filter.channel}
          options={channels}
          onChange={value => set('channel', value)}
        />
      )}
      {identities.length > 1 && (
        <Filter
          label={t`Identity`}
          value={filter.identity}
          options={identities}
          onChange={value => set('identity', value)}
        />
      )}
      <Filter
        label={t`Any time`}
        value={filter.days?.toString()}
        options={useDays()}
        onChange={value => set('days', value)}
      />
      {filterCount(filter) > 0 && (
        <Button look="ghost" size="sm" onClick={() => onChange({})}>
          <Trans>Clear</Trans>
        </Button>
      )}
    </div>
  )
}

function useDays() {
  const { t } = useMacro()
  return [
    { value: '1', label: t`Today` },
    { value: '7', label: t`Last 7 days` },
    { value: '30', label: t`Last 30 days` },
    { value: '90', label: t`Last 90 days` },
  ]
}

function useChannelKinds() {
  const { kinds } = useChannelNames()
  return listChoices.channels.flatMap(value => {
    const label = kinds.get(value)
    return label === undefined ? [] : [{ value, label }]
  })
}

function useIdentityChoices() {
  const { data } = useQuery({
    queryKey: keys.identities,
    queryFn: ({ signal }) => api.identities.list(undefined, { signal }),
  })
  return (data?.identities ?? []).map(({ id, name, address }) => ({
    value: id,
    label: `${name} <${address}>`,
  }))
}

interface SearchBoxProps extends Pick<ToolsProps, 'filter' | 'searchBox'> {
  readonly onSearch: (q: string) => void
}

function SearchBox({ filter, searchBox, onSearch }: SearchBoxProps) {
  const { t } = useMacro()
  const [typed, setTyped] = useState(filter.q ?? '')
  const latest = useRef(onSearch)
  latest.current = onSearch
  const asked = useRef(filter.q ?? '')
  useEffect(() => {
    if (typed.trim() === asked.current) return
    const timer = setTimeout(() => {
      asked.current = typed.trim()
      latest.current(asked.current)
    }, typingMs)
    return () => clearTimeout(timer)
  }, [typed])
  useEffect(() => {
    if ((filter.q ?? '') === asked.current) return
    asked.current = filter.q ?? ''
    setTyped(asked.current)
  }, [filter.q])
  return (
    <Search
      label={t`Search`}
      shortcut="/"
      maxLength={200}
      ref={searchBox}
      value={typed}
      onChange={event => setTyped(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        setTyped('')
        event.currentTarget.blur()
      }}
    />
  )
}

interface FilterProps<Value extends string> {
  readonly label: string
  readonly icon?: IconName
  readonly value: Value | undefined
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value | undefined) => void
}

/** One way to narrow the list: says what is chosen. */
function Filter<Value extends string>({ label, icon, value, options, onChange }: FilterProps<Value>) {
  const { t } = useMacro()
  const chosen = options.find(option => option.value === value)?.label
  return (
    <Menu
      trigger={
        <Button
          size="sm"
          {...(icon && { icon })}
          aria-label={chosen ? `${label}: ${chosen}` : label}
          className={`flex-none ${chosen ? 'text-accent' : ''}`}
        >
          <span className="ell max-w-40">{chosen ?? label}</span>
          <Icon name="chevron-down" size="sm" />
        </Button>
      }
    >
      <div className="max-h-80 overflow-auto">
        <MenuRadios<Value | 'any'>
          label={label}
          value={value ?? 'any'}
          options={[{ value: 'any', label: t`Any` }, ...options]}
          onChange={next => onChange(next === 'any' ? undefined : next)}
        />
      </div>
    </Menu>
  )
}
