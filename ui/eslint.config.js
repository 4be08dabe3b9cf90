import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist/", "src/lib/backend/generated/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  { languageOptions: { globals: globals.browser } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "max-lines": ["error", 400],
      "svelte/no-at-html-tags": "error",
      // The content security policy forbids style attributes; `style:` directives go through the CSSOM.
      "svelte/no-inline-styles": ["error", { allowTransitions: true }],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@tauri-apps/*"], message: "Only lib/backend/tauri.ts talks to the desktop shell." },
          ],
        },
      ],
    },
  },
  { files: ["src/lib/backend/tauri.ts"], rules: { "no-restricted-imports": "off" } },
);
