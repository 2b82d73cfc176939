import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { checkout } from "./start/checkout";

/** The verifier of proof bundles as one file that anybody runs with Node alone: it is kept, so that its hash is known before it is needed. */
export const verifierFile = path.join(checkout, "public/verify-proof.mjs");
/** What the page says of it. */
export const hashFile = path.join(checkout, "lib/proof/verifier-hash.ts");
/** The procedure, for who has the bundle and not the source. */
export const guideFile = path.join(checkout, "docs/proof-bundle.md");
export const publicGuideFile = path.join(checkout, "public/proof-bundle.md");

const entry = "scripts/verify-proof.ts";

const beginning = `// Checks a proof bundle of Countersign without Countersign: node verify-proof.mjs <bundle> --key <public key>
//
// This one file is the code that the portal's own page 'Proof' runs. It needs Node 18 or newer and nothing else; it reads the files
// that it is given and opens no connection. What it checks, and how to do so by hand, is in docs/proof-bundle.md.
//
// Made from ${entry} and what it imports by scripts/offline-verifier.ts. Not to be edited.
`;

type Module = { file: string; code: string };

/**
 * One file of a program and of everything of ours that it imports, with types taken out and comments left in, so that whoever
 * is to rely on it can read it. Names must be different in all of them, as they then share one scope.
 * @throws Error when something else than Node is imported, or a name is there twice.
 */
export function offlineVerifier(): string {
  const modules = new Map<string, Module>();
  const fromNode = new Map<string, Set<string>>();
  visit(entry, modules, fromNode);
  const names = [...modules.values()].flatMap(({ code }) => topLevelNames(code));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice) throw new Error(`'${twice}' is declared in two files of the verifier; give one of them another name`);
  const parts = [...modules.values()].map(({ file, code }) => `// ${file}\n\n${code.trim()}`);
  const whole = withoutUnused(`${parts.join("\n\n")}\n`);
  const needed = namesIn(parse(whole));
  const imports = [...fromNode].sort().flatMap(([from, what]) => {
    const used = [...what].sort().filter((name) => needed.has(name));
    return used.length > 0 ? [`import { ${used.join(", ")} } from ${JSON.stringify(from)};`] : [];
  });
  return `${beginning}${imports.join("\n")}\n\n${whole}`;
}

/** A file after everything that it imports. */
function visit(file: string, modules: Map<string, Module>, fromNode: Map<string, Set<string>>): void {
  if (modules.has(file)) return;
  const source = readFileSync(path.join(checkout, file), "utf8");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: false } });
  const parsed = ts.createSourceFile(file, outputText, ts.ScriptTarget.ES2022, true);
  // Known before it is written, so that a circle ends.
  modules.set(file, { file, code: "" });
  let code = outputText;
  for (const statement of parsed.statements.toReversed()) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    code = code.slice(0, statement.getStart()) + code.slice(statement.getEnd());
    const from = statement.moduleSpecifier.text;
    const names = statement.importClause?.namedBindings;
    if (from.startsWith("node:") && names && ts.isNamedImports(names)) {
      const known = fromNode.get(from) ?? new Set();
      for (const { name } of names.elements) known.add(name.text);
      fromNode.set(from, known);
    } else visit(ours(file, from), modules, fromNode);
  }
  modules.delete(file);
  modules.set(file, { file, code: code.replaceAll(/^export (?=(async )?(function|const|class|let) )/gm, "").replaceAll(/^export \{\};\n/gm, "") });
}

/** Without what nothing in it needs, and what only that needed: whoever reads it reads what runs. */
function withoutUnused(code: string): string {
  const source = parse(code);
  const all = namesIn(source);
  const unused = source.statements.filter((statement) => {
    const [name, other] = declaredIn(statement);
    return name !== undefined && other === undefined && all.get(name) === namesIn(statement).get(name);
  });
  if (unused.length === 0) return code.replaceAll(/^\/\/ lib\/[\w/.-]+\n+(?=\/\/ )/gm, "").replaceAll(/\n{3,}/g, "\n\n");
  return withoutUnused(unused.reduceRight((left, statement) => {
    const [comment] = (ts.getLeadingCommentRanges(code, statement.getFullStart()) ?? []).slice(-1);
    const from = comment?.kind === ts.SyntaxKind.MultiLineCommentTrivia ? comment.pos : statement.getStart();
    return left.slice(0, from) + left.slice(statement.getEnd());
  }, code));
}

function declaredIn(statement: ts.Statement): string[] {
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) return [statement.name.text];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
}

function parse(code: string): ts.SourceFile {
  return ts.createSourceFile("verifier.mjs", code, ts.ScriptTarget.ES2022, true);
}

/** How often each name stands in a piece of code. */
function namesIn(node: ts.Node): Map<string, number> {
  const counts = new Map<string, number>();
  const walk = (each: ts.Node): void => {
    if (ts.isIdentifier(each)) counts.set(each.text, (counts.get(each.text) ?? 0) + 1);
    each.forEachChild(walk);
  };
  walk(node);
  return counts;
}

function ours(file: string, from: string): string {
  if (from.startsWith("@/")) return `${from.slice(2)}.ts`;
  if (from.startsWith(".")) return `${path.posix.join(path.posix.dirname(file), from)}.ts`;
  throw new Error(`${file} imports ${from}; the verifier may only use what comes with Node`);
}

function topLevelNames(code: string): string[] {
  return [...code.matchAll(/^(?:async )?(?:function|const|class|let) (\w+)/gm)].map(([, name]) => name ?? "");
}

/** The file that holds the hash of the verifier. */
export function hashModule(verifier: string): string {
  return `/** SHA-256 of public/verify-proof.mjs. Made by scripts/offline-verifier.ts; not to be edited. */\nexport const verifierSha256 = "${createHash("sha256").update(verifier).digest("hex")}";\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const verifier = offlineVerifier();
  writeFileSync(verifierFile, verifier);
  writeFileSync(hashFile, hashModule(verifier));
  writeFileSync(publicGuideFile, readFileSync(guideFile));
}
