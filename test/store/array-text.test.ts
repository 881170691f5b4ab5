import { expect, it } from "vitest";
import { arrayText } from "../../store/array-text.ts";

it.each([
  { what: "nothing", values: [], text: "{}" },
  { what: "text, also empty, and text that means something elsewhere", values: ["a", "", "NULL", "{b,c}", " d "], text: '{"a","","NULL","{b,c}"," d "}' },
  { what: "quotes and backslashes", values: ['say "hi"', "a\\b", '{"json":"\\n"}'], text: '{"say \\"hi\\"","a\\\\b","{\\"json\\":\\"\\\\n\\"}"}' },
  { what: "numbers, truths and nulls", values: [1, -2.5, true, false, null], text: "{1,-2.5,true,false,NULL}" },
])("an array for Postgres: $what", ({ values, text }) => {
  expect(arrayText(values)).toBe(text);
});
