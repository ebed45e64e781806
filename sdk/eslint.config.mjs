import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "make/.run-*/"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.mjs", "make/run.mjs"] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-restricted-imports": ["error", { paths: [{ name: "@rrweb/record", message: "Only recorder.ts imports rrweb." }] }],
      "no-eval": "error",
      "no-implied-eval": "off",
      "@typescript-eslint/no-implied-eval": "error",
      "no-console": "error",
      "max-lines": ["error", 400],
      "max-params": ["error", 5],
      // A number in a template is what it looks like.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The page's own objects come without types; each access is by a name of the table.
      "@typescript-eslint/dot-notation": "off",
      // `return this.write(x);` ends a case of a switch in one line.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreVoidReturningFunctions: true }],
      // Code points are what masks, widths and limits count.
      "@typescript-eslint/no-misused-spread": "off",
    },
  },
  { files: ["src/recorder.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["**/*.mjs"], ...tseslint.configs.disableTypeChecked },
);
