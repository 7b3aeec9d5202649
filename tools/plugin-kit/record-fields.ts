import type { RecordName, recordLayouts } from "../../abi/host/index.ts";

/** `price:int64@8` and `values:double[16]@48`, as the schema's generator writes layouts. */
type Integer64 = "int64" | "uint64";
type Told<Type extends string> = Type extends Integer64 ? bigint : number;
type Given<Type extends string> = Type extends Integer64 ? bigint | number : number;

type FieldTold<Token extends string> = Token extends `padding${string}`
  ? unknown
  : Token extends `${infer Name}:char[${string}]@${string}`
    ? { readonly [Key in Name]: string }
    : Token extends `${infer Name}:${infer Type}[${string}]@${string}`
      ? { readonly [Key in Name]: readonly Told<Type>[] }
      : Token extends `${infer Name}:${infer Type}@${string}`
        ? { readonly [Key in Name]: Told<Type> }
        : unknown;

type FieldGiven<Token extends string> = Token extends `padding${string}`
  ? unknown
  : Token extends `${infer Name}:char[${string}]@${string}`
    ? { readonly [Key in Name]?: string }
    : Token extends `${infer Name}:${infer Type}[${string}]@${string}`
      ? { readonly [Key in Name]?: readonly Given<Type>[] }
      : Token extends `${infer Name}:${infer Type}@${string}`
        ? { readonly [Key in Name]?: Given<Type> }
        : unknown;

/** A layout's fields, token by token; `bids{price:int64@0 size:int64@8}` is a group of entries. */
type FieldsTold<Layout extends string> = Layout extends `${infer Token} ${infer Rest}`
  ? Token extends `${infer Group}{${infer First}`
    ? Rest extends `${infer More}}${infer After}`
      ? { readonly [Key in Group]: readonly FieldsTold<`${First} ${More}`>[] } & FieldsTold<Trimmed<After>>
      : unknown
    : FieldTold<Token> & FieldsTold<Rest>
  : FieldTold<Layout>;

type FieldsGiven<Layout extends string> = Layout extends `${infer Token} ${infer Rest}`
  ? Token extends `${infer Group}{${infer First}`
    ? Rest extends `${infer More}}${infer After}`
      ? { readonly [Key in Group]?: readonly FieldsGiven<`${First} ${More}`>[] } & FieldsGiven<Trimmed<After>>
      : unknown
    : FieldGiven<Token> & FieldsGiven<Rest>
  : FieldGiven<Layout>;

type Trimmed<Text extends string> = Text extends ` ${infer Rest}` ? Rest : Text;
type LayoutOf<Name extends RecordName> = (typeof recordLayouts)[Name] extends `#${string} ${infer Fields}`
  ? Fields
  : never;
type Flat<Type> = { readonly [Key in keyof Type]: Type[Key] };

/** Fields of a record to be made, by name; those left out are zero. 64-bit integers are numbers, where they are safe, or bigints. */
export type RecordFields<Name extends RecordName> = Flat<FieldsGiven<LayoutOf<Name>>>;

/** A record that a plugin wrote: its name, and its fields. 64-bit integers are bigints. */
export type RecordTold<Name extends RecordName> = Flat<
  { readonly record: Name } & FieldsTold<LayoutOf<Name>> &
    (Name extends "OutboundFrame" ? { readonly payload: string } : unknown)
>;

/** Any record that a plugin wrote: `record` tells which. */
export type Output = { readonly [Name in RecordName]: RecordTold<Name> }[RecordName];
