/** The signs of people: their names count, not their titles. */
import { expect, test } from "vitest";
import { initialsOf } from "../../src/ui/shell/face.tsx";

test.each([
  ["Ada Lindqvist", "AL"],
  ["Dr Miriam Halloran", "MH"],
  ["Prof. Dr. med. Jonas Weber", "JW"],
  ["PD Dr. Eva Maria Novak", "EN"],
  ["Univ.-Prof. Karl Braun", "KB"],
  ["Tom Reyes, MD, PhD", "TR"],
  ["Dr Ito", "I"],
  ["Cher", "C"],
  ["Dr", "D"],
  ["", ""],
])("%s is %s", (name, initials) => expect(initialsOf(name)).toBe(initials));
