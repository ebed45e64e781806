/** Every path of rrweb's event types, read out of its declarations by the compiler: what spec/classes.json must name. */

import { join } from "node:path";
import ts from "typescript";

/** Paths below each event type, incremental source and node type; `[]` is an item of a list. */
export interface Paths {
  readonly events: Record<string, string[]>;
  readonly incremental: Record<string, string[]>;
  readonly node: Record<string, string[]>;
  /** Names that rrweb itself gives attributes. */
  readonly attributes: string[];
}

const ASKED = `
import type { addedNodeMutation, attributes, eventWithTime, mediaAttributes, serializedNodeWithId } from "@rrweb/types";
export declare const event: eventWithTime;
export declare const node: serializedNodeWithId;
export declare const sheet: attributes;
export declare const media: mediaAttributes;
`;
const FILE = join(process.cwd(), "src", "rrweb-asked.ts");
const INCREMENTAL = "3";
const MOST_STEPS = 8;
// The name of a type that the table treats as one place: a node by `node`, attributes by `attributes`.
const WHOLE: ReadonlySet<string> = new Set(["serializedNodeWithId", "attributes", "CanvasArg", "FontFaceDescriptors"]);

const program = (): ts.Program => {
  const options: ts.CompilerOptions = { module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler, strict: true, noEmit: true };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, languageVersion, ...rest) =>
    name === FILE ? ts.createSourceFile(name, ASKED, languageVersion) : read(name, languageVersion, ...rest);
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => name === FILE || exists(name);
  return ts.createProgram([FILE], options, host);
};

class Walk {
  constructor(private readonly checker: ts.TypeChecker) {}

  /** The members of a union, or the type itself; what is absent, is no member. */
  members(type: ts.Type): ts.Type[] {
    const all = type.isUnion() ? type.types : [type];
    return all.filter((one) => !(one.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
  }

  property(type: ts.Type, name: string): ts.Type | undefined {
    const found = this.checker.getPropertyOfType(type, name);
    return found && this.checker.getTypeOfSymbol(found);
  }

  /** The numbers that a discriminating property can have. */
  tags(type: ts.Type, name: string): string[] {
    const found = this.property(type, name);
    return found ? this.members(found).map((one) => String((one as ts.NumberLiteralType).value)) : [];
  }

  names(type: ts.Type): string[] {
    return this.checker.getPropertiesOfType(type).map((one) => one.name);
  }

  paths(type: ts.Type, at: string, into: Set<string>, depth = 0): void {
    for (const one of this.members(type)) this.below(one, at, into, depth);
  }

  private below(type: ts.Type, at: string, into: Set<string>, depth: number): void {
    const { name } = type.aliasSymbol ?? (type as { readonly symbol?: ts.Symbol }).symbol ?? { name: "" };
    const item = this.checker.isArrayType(type) ? this.checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
    const isPlain = !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection));
    if (item) this.whole(item, `${at}[]`, into, depth);
    else if (isPlain || WHOLE.has(name) || depth > MOST_STEPS) into.add(at);
    else this.inside(type, at, into, depth);
  }

  private inside(type: ts.Type, at: string, into: Set<string>, depth: number): void {
    const properties = this.checker.getPropertiesOfType(type);
    if (properties.length === 0 || this.checker.getIndexInfosOfType(type).length > 0) into.add(at);
    else for (const one of properties) this.whole(this.checker.getTypeOfSymbol(one), at === "" ? one.name : `${at}.${one.name}`, into, depth);
  }

  private whole(type: ts.Type, at: string, into: Set<string>, depth: number): void {
    if (type.aliasSymbol && WHOLE.has(type.aliasSymbol.name)) into.add(at);
    else this.paths(type, at, into, depth + 1);
  }
}

const sorted = (found: Iterable<string>): string[] => [...found].sort();

/** Read the types of the installed @rrweb/types. */
export const rrwebPaths = (): Paths => {
  const made = program();
  const source = made.getSourceFile(FILE);
  const checker = made.getTypeChecker();
  const walk = new Walk(checker);
  const exported = new Map(checker.getExportsOfModule(checker.getSymbolAtLocation(source as ts.Node) as ts.Symbol).map((one) => [one.name, checker.getTypeOfSymbol(one)]));
  const get = (name: string): ts.Type => exported.get(name) as ts.Type;
  const [events, incremental, node] = [{}, {}, {}] as Record<string, string[]>[];
  const put = (table: Record<string, string[]> | undefined, tag: string, type: ts.Type, implied: readonly string[]): void => {
    const found = new Set<string>();
    walk.paths(type, "", found);
    if (table) table[tag] = sorted(new Set([...(table[tag] ?? []), ...found].filter((one) => !implied.includes(one))));
  };
  for (const event of walk.members(get("event"))) {
    const [tag = ""] = walk.tags(event, "type");
    if (tag !== INCREMENTAL) put(events, tag, event, ["type"]);
    else if (events) events[INCREMENTAL] = walk.names(event).filter((one) => one !== "type" && one !== "data").sort();
    const data = tag === INCREMENTAL ? walk.property(event, "data") : undefined;
    for (const one of data ? walk.members(data) : []) for (const id of walk.tags(one, "source")) put(incremental, id, one, ["source"]);
  }
  for (const one of walk.members(get("node"))) for (const id of walk.tags(one, "type")) put(node, id, one, []);
  const named = [...walk.names(get("sheet")), ...walk.names(get("media"))];
  return { events: events ?? {}, incremental: incremental ?? {}, node: node ?? {}, attributes: sorted(named) };
};
