import type { paths } from './openapi'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths of the service that know this method. */
export type PathWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths]

type Operation<M extends Method, P extends PathWith<M>> = paths[P][M]

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never

/** What a call answers when all went well; nothing for 204. */
export type Answer<M extends Method, P extends PathWith<M>> =
  Operation<M, P> extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R] : never

/** What a call wants in its body; never for one without. */
export type Body<M extends Method, P extends PathWith<M>> =
  Operation<M, P> extends { requestBody?: infer R } ? ([NonNullable<R>] extends [never] ? never : JsonBody<NonNullable<R>>) : never

type JsonBody<R> = R extends { content: { 'application/json': infer T } } ? NonNullable<T> : never

/** The path with its parameters put in. */
export function filled(path: string, parameters: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = parameters[name]
    if (value === undefined) throw new Error(`${path} needs ${name}`)
    return encodeURIComponent(value)
  })
}
