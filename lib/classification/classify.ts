import { compileClassification, type Classification, type ClassifiedInput, type Classifier } from "./compile";
import type { ClassificationContent } from "./content";
import { firstClassification } from "./first-content";

export type { Classification };

/** A version in force stays the same object for as long as it is kept, and so does what was made of it. */
const compiled = new WeakMap<ClassificationContent, Classifier>();

/**
 * Risk class of an action with the reasons for it: its kind, what raises it, and what no rule can lower. What the agent
 * declares can only raise it.
 */
export function classify(input: ClassifiedInput, content: ClassificationContent = firstClassification): Classification {
  let classifier = compiled.get(content);
  if (!classifier) compiled.set(content, (classifier = compileClassification(content)));
  return classifier(input);
}
