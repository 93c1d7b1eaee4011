// Who may import whom. Every folder named here is a layer; an arrow that points the wrong way is an error.
const packagesOf = (...folders) => `^(${folders.join('|')})/`

module.exports = {
  forbidden: [
    {
      name: 'contracts-import-zod-alone',
      severity: 'error',
      from: { path: '^contracts/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^contracts/', '(^|/)node_modules/(\\.pnpm/)?zod'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Deciders know contracts and each other: no clock, no randomness, no engine.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^services/[^/]+/src/domain/', '^contracts/'] },
    },
    {
      name: 'models-are-spoken-to-in-our-own-words',
      comment: "Makers' own clients judge the scripted model's server, as any client does; nothing else uses them.",
      severity: 'error',
      from: { pathNot: ['^services/scripted-model/test/'] },
      to: { path: ['@anthropic-ai/sdk', 'node_modules/openai', 'node_modules/ollama', '@google/genai'] },
    },
    {
      name: 'a-runtime-is-entered-by-its-index',
      comment: 'What a runtime needs to run its sessions is nobody else’s: not the use cases’, not another runtime’s.',
      severity: 'error',
      from: { pathNot: '^services/orchestrator/src/runtimes/[^/]+/' },
      to: { path: '^services/orchestrator/src/runtimes/[^/]+/(?!index\\.ts$)' },
    },
    {
      name: 'no-runtime-imports-another',
      comment:
        'What several have in common is below them: models, and on top of these what becomes of a session in a worktree.',
      severity: 'error',
      from: { path: '^services/orchestrator/src/runtimes/([^/]+)/' },
      to: { path: '^services/orchestrator/src/runtimes/(?!$1/|(?:model|worktree)/index\\.ts$)[^/]+/' },
    },
    {
      name: 'what-runtimes-share-knows-none-of-them',
      severity: 'error',
      from: { path: '^services/orchestrator/src/runtimes/model/' },
      to: { path: '^services/orchestrator/src/runtimes/worktree/' },
    },
    {
      name: 'infra-is-below',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: packagesOf('services', 'projections', 'ui') },
    },
    {
      name: 'the-embedded-node-knows-nothing-of-mosaic',
      severity: 'error',
      from: { path: '^infra/embedded/eventstore-node/' },
      to: { path: packagesOf('contracts', 'services', 'projections', 'ui', 'infra/(?!embedded/eventstore-node)') },
    },
    {
      name: 'no-service-imports-another',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/(?!$1/)' },
    },
    {
      name: 'views-import-contracts-alone',
      comment: 'Folds are pure: whoever imports them, a browser too, gets nothing else with them.',
      severity: 'error',
      from: { path: '^projections/views/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^projections/views/', '^contracts/'] },
    },
    {
      name: 'projections-import-no-service',
      severity: 'error',
      from: { path: '^projections/' },
      to: { path: packagesOf('services', 'ui') },
    },
    {
      name: 'services-import-no-ui',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^ui/' },
    },
    {
      name: 'surfaces-talk-http',
      comment: 'The CLI starts the local tier, which is why it may import that and the process runtime.',
      severity: 'error',
      from: { path: '^ui/' },
      to: { path: packagesOf('services', 'projections/(?!views)', 'infra/(?!embedded/local-tier|runtime)') },
    },
    {
      name: 'surfaces-share-the-client-alone',
      severity: 'error',
      from: { path: '^ui/([^/]+)/' },
      to: { path: '^ui/(?!$1/|client/)' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: ['^tests/', '\\.test\\.ts$', '/test/'] },
      to: { path: '^tests/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['(^|/)dist/', '(^|/)node_modules/\\.vite/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
