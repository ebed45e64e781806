import tseslint from "typescript-eslint";

export default tseslint.config(...tseslint.configs.strictTypeChecked, {
  languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
  rules: {
    "no-eval": "error",
    "no-restricted-properties": [
      "error",
      { property: "innerHTML", message: "Nothing of a recording becomes markup of ours." },
      { property: "outerHTML", message: "Nothing of a recording becomes markup of ours." },
    ],
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
  },
});
